package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.PodSnapshot;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Optional;

/** How containers are stopped: grace and words shared by the rules. */
final class Stops {

    private static final long DEFAULT_GRACE_SECONDS = 30;

    private Stops() {}

    /** Grace of the pod's spec. */
    static Duration specGrace(Pod pod) {
        return Duration.ofSeconds(
                Optional.ofNullable(pod.getSpec().getTerminationGracePeriodSeconds())
                        .orElse(DEFAULT_GRACE_SECONDS));
    }

    static Action.StopContainer stop(
            PodSnapshot s, ObservedContainer c, Duration grace, String why) {
        return stop(s, c, grace, "Stopping container " + c.name(), why);
    }

    static Action.StopContainer stop(
            PodSnapshot s, ObservedContainer c, Duration grace, String message, String why) {
        return new Action.StopContainer(
                c.name(), c.id(), grace, s.now().plus(grace), Optional.of(message), false, why);
    }

    /** Stops a container that runs again afterwards, whatever its exit code and policy say. */
    static Action.StopContainer restart(
            PodSnapshot s, ObservedContainer c, Duration grace, String message, String why) {
        return new Action.StopContainer(
                c.name(), c.id(), grace, s.now().plus(grace), Optional.of(message), true, why);
    }

    /** Whether the container ended because it was to be restarted. */
    static boolean forRestart(PodSnapshot s, ObservedContainer c) {
        return s.activity(ActivityKey.stop(c.name()))
                .filter(Activity.Done.class::isInstance)
                .map(Activity::action)
                .filter(a ->
                        a instanceof Action.StopContainer stop
                                && stop.restart()
                                && stop.containerId().equals(c.id()))
                .isPresent();
    }
}
