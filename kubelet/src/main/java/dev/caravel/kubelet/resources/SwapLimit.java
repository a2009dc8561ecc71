package dev.caravel.kubelet.resources;

import dev.caravel.kubelet.facts.CapacityFacts;
import dev.caravel.kubelet.facts.MemoryFacts.Swap;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;

/** How much swap a container may use (KEP-2400). */
public final class SwapLimit {
    private SwapLimit() {}

    /**
     * Whether the container may swap at all: only burstable, not critical ones on cgroup v2, whose
     * memory limit leaves room above the request.
     */
    public static Swap behavior(Pod pod, Container container, NodeFacts node) {
        ContainerAmounts amounts = ContainerAmounts.of(container);
        boolean maySwap =
                node.memory().swap() == Swap.LIMITED_SWAP
                        && node.gate("NodeSwap")
                        && node.memory().swapControllerAvailable()
                        && node.cgroups().unified()
                        && !Criticality.isCritical(pod)
                        && Qos.of(pod) == QosClass.BURSTABLE
                        && amounts.memoryRequest() != amounts.memoryLimit();
        return maySwap ? Swap.LIMITED_SWAP : Swap.NO_SWAP;
    }

    /** Bytes of swap: the node's swap in proportion to the request's part of the node's memory. */
    static long bytes(Pod pod, Container container, NodeFacts node) {
        return switch (behavior(pod, container, node)) {
            case NO_SWAP -> 0;
            case LIMITED_SWAP ->
                    proportional(ContainerAmounts.of(container).memoryRequest(), node.capacity());
        };
    }

    private static long proportional(long memoryRequest, CapacityFacts capacity) {
        if (memoryRequest > capacity.memoryBytes()) {
            return 0;
        }
        return (long) ((double) memoryRequest / capacity.memoryBytes() * capacity.swapBytes());
    }
}
