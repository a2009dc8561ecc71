package dev.caravel.kubelet.plan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be done for a pod now. All actions may run side by side; what has to wait for another
 * is simply not in the plan yet.
 *
 * @param actions what to run, skipping keys already under way
 * @param cancel keys whose running action has become pointless and is to be interrupted
 * @param termination set when this plan found that the pod has to end
 * @param waiting what the pod waits for, for {@code explain pod}
 * @param backOffs containers held back after a crash, by name
 * @param wakeUp when to look again though nothing happened
 * @param released nothing of the pod is left running, mounted or accounted
 */
public record Plan(
        List<Action> actions,
        Set<ActivityKey> cancel,
        Optional<Termination> termination,
        List<Wait> waiting,
        Map<String, Hold> backOffs,
        Optional<Instant> wakeUp,
        boolean released) {

    public Plan {
        actions = List.copyOf(actions);
        cancel = Set.copyOf(cancel);
        waiting = List.copyOf(waiting);
        backOffs = Map.copyOf(backOffs);
    }

    /** Something the pod waits for. */
    public sealed interface Wait {

        /** An action under way. */
        record Underway(Activity.Running activity) implements Wait {}

        /** The next try of an action that failed. */
        record Retry(Activity.Failed activity) implements Wait {}

        /** The end of a container's crash back-off. */
        record HeldBack(String container, Hold hold) implements Wait {}

        /**
         * Anything else.
         *
         * @param what in words: {@code its volumes before container web starts}
         */
        record Other(String what) implements Wait {}
    }

    /** Nothing to do; the wait ends by a poke. */
    public static Plan waitingFor(String what) {
        return new Plan(
                List.of(),
                Set.of(),
                Optional.empty(),
                List.of(new Wait.Other(what)),
                Map.of(),
                Optional.empty(),
                false);
    }

    /**
     * A container that must wait after a crash.
     *
     * @param delay the back-off it serves, as its message says
     * @param until when it may start
     */
    public record Hold(java.time.Duration delay, Instant until) {}
}
