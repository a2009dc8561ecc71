package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.plan.Termination.Cause;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The end of a pod (contract §5.8): regular containers side by side, then sidecars in reverse
 * order, then the sandbox, then volumes and cgroup, and when nobody wants the pod any more, its
 * remains.
 */
public final class TerminationRule {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration SHORTEST_SIDECAR = Duration.ofSeconds(2);

    private TerminationRule() {}

    /** The termination in force: the one under way merged with what the pod itself now asks for. */
    public static Optional<Termination> wanted(PodSnapshot s) {
        Optional<Termination> asked = asked(s);
        return s.termination()
                .map(current -> asked.map(current::mergedWith).orElse(current))
                .or(() -> asked);
    }

    private static Optional<Termination> asked(PodSnapshot s) {
        Pod pod = s.pod();
        if (s.admission() instanceof PodSnapshot.Admission.Rejected r) {
            return Optional.of(
                    new Termination(
                            new Cause.Failed(r.reason(), r.message(), false), s.now(), SHORTEST));
        }
        if (s.desired().isBeingDeleted() || s.orphaned()) {
            Cause cause = s.orphaned() ? new Cause.Removed() : new Cause.Deleted();
            return Optional.of(new Termination(cause, s.now(), deletionGrace(pod)));
        }
        if (pod.getStatus() != null
                && isTerminal(pod.getStatus().getPhase())
                && !s.desired().source().isStatic()) {
            return Optional.of(finished(s));
        }
        return deadline(s)
                .filter(at -> !at.isAfter(s.now()))
                .map(_ ->
                        new Termination(
                                new Cause.Failed(
                                        "DeadlineExceeded",
                                        "Pod was active on the node longer than the specified deadline",
                                        false),
                                s.now(),
                                Stops.specGrace(pod)));
    }

    private static boolean isTerminal(String phase) {
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /** When the pod's activeDeadlineSeconds are over. */
    public static Optional<Instant> deadline(PodSnapshot s) {
        Long seconds = s.pod().getSpec().getActiveDeadlineSeconds();
        if (seconds == null) {
            return Optional.empty();
        }
        String startTime = s.pod().getStatus() == null ? null : s.pod().getStatus().getStartTime();
        Instant start = startTime == null ? s.desired().firstSeen() : Instant.parse(startTime);
        return Optional.of(start.plusSeconds(seconds));
    }

    private static Duration deletionGrace(Pod pod) {
        Long asked = pod.getMetadata().getDeletionGracePeriodSeconds();
        Duration grace =
                asked == null || asked == 0 ? Stops.specGrace(pod) : Duration.ofSeconds(asked);
        return grace.compareTo(SHORTEST) < 0 ? SHORTEST : grace;
    }

    /** The end of a pod whose containers are all done. */
    public static Termination finished(PodSnapshot s) {
        return new Termination(new Cause.Finished(), s.now(), Stops.specGrace(s.pod()));
    }

    public static void plan(PodSnapshot s, Termination end, PlanBuilder plan) {
        plan.terminate(end);
        cancelStart(s, plan);
        if (stopContainers(s, end, plan)) {
            return;
        }
        if (s.isRunning(ActivityKey.Topic.START) || plan.isBusy(ActivityKey.Topic.STOP)) {
            plan.wait("container starts and stops under way");
            return;
        }
        List<ObservedSandbox> ready =
                s.observed().sandboxes().stream().filter(ObservedSandbox::ready).toList();
        if (!ready.isEmpty()) {
            plan.add(new Action.StopSandbox(ready.getFirst().id(), "none of its containers runs"));
            return;
        }
        if (s.isRunning(ActivityKey.SANDBOX) || s.isRunning(ActivityKey.PREPARE)) {
            plan.wait("sandbox or volumes under way");
            return;
        }
        release(s, plan);
    }

    private static void release(PodSnapshot s, PlanBuilder plan) {
        if (!isDone(s, ActivityKey.RELEASE)) {
            plan.add(new Action.ReleasePod("nothing of it runs"));
            return;
        }
        if (!s.orphaned()) {
            plan.released();
            return;
        }
        if (!s.observed().isEmpty() && !isDone(s, ActivityKey.REMAINS)) {
            plan.add(new Action.RemoveRemains("nobody wants it any more"));
            return;
        }
        plan.released();
    }

    private static boolean isDone(PodSnapshot s, ActivityKey key) {
        return s.activity(key).filter(Activity.Done.class::isInstance).isPresent();
    }

    /**
     * Pulls, hooks and volume waits are pointless now; a create or start under way ends by itself
     * and is then undone.
     */
    private static void cancelStart(PodSnapshot s, PlanBuilder plan) {
        for (ActivityKey key : s.activities().keySet()) {
            switch (key.topic()) {
                case IMAGE, HOOK, PREPARE, REFRESH -> plan.cancel(key);
                case SANDBOX, START, STOP, REMOVE, RESIZE, RELEASE, REMAINS -> {}
            }
        }
    }

    /** Returns whether anything is still to be stopped. */
    private static boolean stopContainers(PodSnapshot s, Termination end, PlanBuilder plan) {
        List<ObservedContainer> alive =
                s.observed().containers().stream().filter(c -> c.mayRun()).toList();
        if (alive.isEmpty()) {
            return false;
        }
        List<String> sidecars =
                PodContainer.inits(s.pod()).stream()
                        .filter(c -> c.kind() == ContainerKind.SIDECAR)
                        .map(PodContainer::name)
                        .toList();
        Set<String> names = new HashSet<>(sidecars);
        List<ObservedContainer> first =
                alive.stream().filter(c -> !names.contains(c.name())).toList();
        if (!first.isEmpty()) {
            first.forEach(c -> plan.add(stop(c, end, Duration.ZERO, s)));
            return true;
        }
        for (String name : sidecars.reversed()) {
            List<ObservedContainer> last =
                    alive.stream().filter(c -> c.name().equals(name)).toList();
            if (!last.isEmpty()) {
                last.forEach(c -> plan.add(stop(c, end, SHORTEST_SIDECAR, s)));
                return true;
            }
        }
        return true;
    }

    private static Action stop(
            ObservedContainer c, Termination end, Duration atLeast, PodSnapshot s) {
        Duration left = Duration.between(s.now(), end.deadline());
        Duration grace = left.compareTo(atLeast) < 0 ? atLeast : left;
        return new Action.StopContainer(
                c.name(),
                c.id(),
                grace.isNegative() ? Duration.ZERO : grace,
                end.deadline(),
                Optional.of("Stopping container " + c.name()),
                false,
                why(end.cause()));
    }

    private static String why(Cause cause) {
        return switch (cause) {
            case Cause.Deleted _ -> "the pod is being deleted";
            case Cause.Removed _ -> "no source wants the pod any more";
            case Cause.Finished _ -> "the pod's containers are done";
            case Cause.Failed f -> "the node ends the pod: " + f.reason();
        };
    }
}
