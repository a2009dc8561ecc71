package dev.caravel.kubelet.status;

import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.plan.rules.RestartAllRule;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;

/** What a status tells while all containers of a pod begin anew (KEP-5532). */
final class RestartingAll {
    static final String REASON = "RestartingAllContainers";
    static final String MESSAGE = "The container is removed because RestartAllContainers in place";

    private static final int KILLED = 137;

    private RestartingAll() {}

    /** Whether it has begun, be it that all containers are gone by now. */
    static boolean begun(PodSnapshot s, PodStatus previous) {
        if (!RestartPolicies.mayRestartAll(s.pod())) {
            return false;
        }
        PodCondition before = Statuses.condition(previous, "AllContainersRestarting");
        return RestartAllRule.applies(s) || (before != null && "True".equals(before.getStatus()));
    }

    static ContainerState ended() {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withReason(REASON)
                .withMessage(MESSAGE)
                .withExitCode(KILLED)
                .endTerminated()
                .build();
    }
}
