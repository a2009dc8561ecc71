package dev.caravel.kubelet.allocation;

import dev.caravel.kubelet.facts.MemoryFacts.Swap;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Qos;
import dev.caravel.kubelet.resources.SwapLimit;
import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Resizes this node can never carry out, and which of several comes first (contract §5.9). */
public final class ResizeRules {

    /**
     * What the resource managers of the node do.
     *
     * @param staticCpu cpuManagerPolicy static
     * @param staticMemory memoryManagerPolicy Static
     */
    public record Policies(boolean staticCpu, boolean staticMemory) {}

    private ResizeRules() {}

    /** Why the resize is infeasible; empty if it only has to fit. */
    static Optional<String> infeasible(
            Pod wanted, Pod allocated, Policies policies, NodeFacts node) {
        if (swaps(wanted, allocated, node)) {
            return Optional.of("In-place resize of containers with swap is not supported.");
        }
        if (!node.gate("InPlacePodLevelResourcesVerticalScaling")
                && !PodAllocation.same(podLevel(wanted), podLevel(allocated))) {
            return Optional.of("InPlacePodLevelResourcesVerticalScaling is disabled");
        }
        if (Qos.of(wanted) != QosClass.GUARANTEED) {
            return Optional.empty();
        }
        if (policies.staticCpu()
                && !node.gate("InPlacePodVerticalScalingExclusiveCPUs")
                && requestChanges(wanted, allocated, "cpu")) {
            return Optional.of(
                    "Resize is infeasible for Guaranteed Pods alongside CPU Manager policy \"static\"");
        }
        if (policies.staticMemory()
                && !node.gate("InPlacePodVerticalScalingExclusiveMemory")
                && requestChanges(wanted, allocated, "memory")) {
            return Optional.of(
                    "Resize is infeasible for Guaranteed Pods alongside Memory Manager policy \"Static\"");
        }
        return Optional.empty();
    }

    private static ResourceRequirements podLevel(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getResources()).orElse(PodAllocation.NOTHING);
    }

    /** Swap of a container follows its memory request, and cannot be changed while it runs. */
    private static boolean swaps(Pod wanted, Pod allocated, NodeFacts node) {
        for (PodContainer c : PodAllocation.resizableContainers(wanted)) {
            Optional<Container> old = find(allocated, c.name());
            if (old.isPresent()
                    && Amounts.of(c.spec().getResources()).memoryRequest()
                            != Amounts.of(old.get().getResources()).memoryRequest()
                    && !ResizeNeeds.restartsFor(c.spec(), "memory")
                    && (SwapLimit.behavior(wanted, c.spec(), node) != Swap.NO_SWAP
                            || SwapLimit.behavior(allocated, old.get(), node) != Swap.NO_SWAP)) {
                return true;
            }
        }
        return false;
    }

    private static boolean requestChanges(Pod wanted, Pod allocated, String resource) {
        return PodAllocation.resizableContainers(wanted).stream()
                .anyMatch(c -> {
                    Amounts to = Amounts.of(c.spec().getResources());
                    Amounts from =
                            find(allocated, c.name())
                                    .map(o -> Amounts.of(o.getResources()))
                                    .orElse(Amounts.NONE);
                    return resource.equals("cpu")
                            ? to.cpuRequest() != from.cpuRequest()
                            : to.memoryRequest() != from.memoryRequest();
                });
    }

    private static Optional<Container> find(Pod pod, String name) {
        return PodAllocation.resizableContainers(pod).stream()
                .filter(c -> c.name().equals(name))
                .map(PodContainer::spec)
                .findFirst();
    }

    /** Whether the pod would request more CPU or memory than it has been granted. */
    static boolean increases(Pod wanted, Pod allocated) {
        Map<String, BigDecimal> more = PodResources.requests(wanted);
        Map<String, BigDecimal> less = PodResources.requests(allocated);
        return greater(more, less, "cpu") || greater(more, less, "memory");
    }

    private static boolean greater(
            Map<String, BigDecimal> a, Map<String, BigDecimal> b, String resource) {
        return a.getOrDefault(resource, BigDecimal.ZERO)
                        .compareTo(b.getOrDefault(resource, BigDecimal.ZERO))
                > 0;
    }

    /**
     * A resize that waits for its turn.
     *
     * @param increases whether it needs more than the pod has
     * @param priority of the pod
     * @param qos of the pod
     * @param since when it began to wait, empty for one not looked at yet
     */
    record Waiting(
            String uid,
            boolean increases,
            int priority,
            QosClass qos,
            Optional<java.time.Instant> since)
            implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting o) {
            if (increases != o.increases) {
                return increases ? 1 : -1;
            }
            if (priority != o.priority) {
                return Integer.compare(o.priority, priority);
            }
            boolean guaranteed = qos == QosClass.GUARANTEED;
            if (guaranteed != (o.qos == QosClass.GUARANTEED)) {
                return guaranteed ? -1 : 1;
            }
            return since.orElse(java.time.Instant.MAX)
                    .compareTo(o.since.orElse(java.time.Instant.MAX));
        }
    }
}
