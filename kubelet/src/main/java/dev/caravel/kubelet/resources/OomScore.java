package dev.caravel.kubelet.resources;

import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;

/**
 * How early the kernel kills a container's processes when the machine runs out of memory ({@code
 * oom_score_adj}, -1000 to 1000). A burstable container that stays within its request scores below
 * one that does not.
 */
public final class OomScore {
    private static final int GUARANTEED = -997;
    private static final int BEST_EFFORT = 1000;
    private static final int BURSTABLE_MIN = 1000 + GUARANTEED;

    private OomScore() {}

    /**
     * The score of one container.
     *
     * @param nodeMemoryBytes memory of the machine
     */
    public static int of(Pod pod, PodContainer container, long nodeMemoryBytes) {
        if (Criticality.isNodeCritical(pod)) {
            return GUARANTEED;
        }
        QosClass qos = Qos.of(pod);
        return switch (qos) {
            case GUARANTEED -> GUARANTEED;
            case BEST_EFFORT -> BEST_EFFORT;
            case BURSTABLE -> burstable(pod, container, nodeMemoryBytes);
        };
    }

    private static int burstable(Pod pod, PodContainer container, long nodeMemoryBytes) {
        long share = PodResources.hasPodLevelRequests(pod) ? unassignedMemoryPerContainer(pod) : 0;
        long score = score(memoryRequest(container) + share, nodeMemoryBytes);
        if (container.kind() == ContainerKind.SIDECAR) {
            // A sidecar must not die before the containers that depend on it.
            long smallest =
                    PodContainer.regular(pod).stream()
                            .mapToLong(OomScore::memoryRequest)
                            .min()
                            .orElse(0);
            score = Math.min(score, score(smallest + share, nodeMemoryBytes));
        }
        if (score == BEST_EFFORT) {
            return BEST_EFFORT - 1;
        }
        return (int) Math.max(score, BURSTABLE_MIN);
    }

    private static long score(long memoryBytes, long nodeMemoryBytes) {
        return 1000 - 1000 * memoryBytes / nodeMemoryBytes;
    }

    /** What the pod level requests beyond its containers, in equal parts (KEP-2837). */
    private static long unassignedMemoryPerContainer(Pod pod) {
        ResourceRequirements podLevel = pod.getSpec().getResources();
        long requested = Quantities.value(Quantities.get(podLevel.getRequests(), "memory"));
        long assigned =
                Quantities.value(
                        PodResources.containerRequests(pod)
                                .getOrDefault("memory", BigDecimal.ZERO));
        int containers =
                pod.getSpec().getContainers().size() + pod.getSpec().getInitContainers().size();
        return requested == 0 ? 0 : Math.max(requested - assigned, 0) / containers;
    }

    private static long memoryRequest(PodContainer container) {
        return ContainerAmounts.of(container.spec()).memoryRequest();
    }
}
