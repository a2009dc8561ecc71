package dev.caravel.kubelet.allocation;

import dev.caravel.linux.cgroup.CgroupLimits;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.List;
import java.util.Optional;

/**
 * What the planner and the status need to know of a pod's resizing.
 *
 * @param actuated what has been carried out; empty before the pod was admitted
 * @param conditions PodResizePending and PodResizeInProgress where they hold
 * @param podLimits limits of the pod's group in force; empty when there is none or nobody needs
 *     them
 */
public record ResizeState(
        Optional<PodAllocation> actuated,
        List<PodCondition> conditions,
        Optional<CgroupLimits> podLimits) {

    public static final ResizeState NONE =
            new ResizeState(Optional.empty(), List.of(), Optional.empty());

    public ResizeState {
        conditions = List.copyOf(conditions);
    }
}
