package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A container whose exit code matches a rule RestartAllContainers takes all containers of the pod
 * with it, init containers included; they run again in the same sandbox (KEP-5532). The containers
 * that ended so go last, so that whoever looks after a crash still sees why.
 */
public final class RestartAllRule {

    private RestartAllRule() {}

    /** Whether the pod is to begin anew; then nothing else is to happen to it. */
    public static boolean plan(PodSnapshot s, PlanBuilder plan) {
        if (!applies(s)) {
            return false;
        }
        List<ObservedContainer> all =
                s.observed().containers().stream().filter(o -> isPart(s, o)).toList();
        boolean running = false;
        for (ObservedContainer o : all) {
            if (o.mayRun()) {
                running = true;
                plan.add(Stops.stop(s, o, Duration.ZERO, "killing", "all containers restart"));
            }
        }
        if (running) {
            return true;
        }
        List<ObservedContainer> victims = all.stream().filter(o -> !isSource(s, o)).toList();
        for (ObservedContainer o : victims.isEmpty() ? all : victims) {
            plan.add(new Action.RemoveContainer(o.name(), o.id(), true, "all containers restart"));
        }
        return true;
    }

    /** Whether some container has just ended in a way that restarts all. */
    public static boolean applies(PodSnapshot s) {
        return RestartPolicies.mayRestartAll(s.pod())
                && PodContainer.all(s.pod()).stream()
                        .flatMap(c -> s.observed().newest(c.name()).stream())
                        .anyMatch(o -> isSource(s, o));
    }

    private static boolean isSource(PodSnapshot s, ObservedContainer o) {
        return o.hasExited()
                && PodContainer.byName(s.pod(), o.name())
                        .filter(c -> RestartPolicies.restartsAll(c, o.status().exitCode()))
                        .isPresent();
    }

    private static boolean isPart(PodSnapshot s, ObservedContainer o) {
        Optional<ContainerKind> kind =
                PodContainer.byName(s.pod(), o.name()).map(PodContainer::kind);
        return kind.isPresent() && kind.get() != ContainerKind.EPHEMERAL;
    }
}
