package dev.caravel.kubelet.resources;

import dev.caravel.kubelet.facts.MemoryFacts.Reservation;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The {@code memory.min}, {@code memory.low} and {@code memory.high} files of cgroup v2 (KEP-2570).
 * With the gate off {@code memory.high} is written as {@code max}, so that a limit from earlier
 * days goes away.
 */
final class MemoryQos {
    private static final String MIN = "memory.min";
    private static final String LOW = "memory.low";
    private static final String HIGH = "memory.high";

    private MemoryQos() {}

    /** The files of a container's cgroup. */
    static Map<String, String> ofContainer(Pod pod, Container container, NodeFacts node) {
        if (!node.cgroups().unified()) {
            return Map.of();
        }
        if (!node.gate("MemoryQoS")) {
            return Map.of(HIGH, "max");
        }
        ContainerAmounts amounts = ContainerAmounts.of(container);
        long request = amounts.memoryRequest();
        long limit = amounts.memoryLimit();
        Map<String, String> files = new TreeMap<>();
        if (request != 0 && node.memory().reservation() == Reservation.TIERED) {
            files.put(protection(pod), Long.toString(request));
        } else {
            files.put(MIN, "0");
            files.put(LOW, "0");
        }
        boolean throttledByPod =
                limit == 0 && !Quantities.isZero(PodResources.podLevelLimit(pod, "memory"));
        if (!throttledByPod && (request != limit || request == 0)) {
            long ceiling = limit != 0 ? limit : node.capacity().allocatableMemoryBytes();
            putHigh(files, request, ceiling, node);
        }
        return files;
    }

    /** The files of a pod's own cgroup. */
    static Map<String, String> ofPod(Pod pod, NodeFacts node) {
        if (!node.cgroups().unified() || !node.gate("MemoryQoS")) {
            return Map.of();
        }
        Map<String, String> files = new TreeMap<>();
        long request = memory(PodResources.requests(pod));
        if (request > 0 && node.memory().reservation() == Reservation.TIERED) {
            files.put(protection(pod), Long.toString(request));
        }
        if (PodResources.hasPodLevelResources(pod) && declaresMemoryLimit(pod)) {
            long limit = memory(PodResources.limits(pod));
            if (request != limit && limit != 0) {
                putHigh(files, request, limit, node);
            }
        }
        return files;
    }

    /** Whether every container, or the pod as a whole, has a memory limit. */
    static boolean declaresMemoryLimit(Pod pod) {
        return declaresLimit(pod, "memory");
    }

    /** Whether every container, or the pod as a whole, limits a resource. */
    static boolean declaresLimit(Pod pod, String resource) {
        return !Quantities.isZero(PodResources.podLevelLimit(pod, resource))
                || Stream.concat(
                                pod.getSpec().getInitContainers().stream(),
                                pod.getSpec().getContainers().stream())
                        .noneMatch(c ->
                                Quantities.isZero(ContainerAmounts.of(c).limits().get(resource)));
    }

    private static String protection(Pod pod) {
        return Qos.of(pod) == QosClass.GUARANTEED ? MIN : LOW;
    }

    private static void putHigh(
            Map<String, String> files, long request, long ceiling, NodeFacts node) {
        if (node.memory().throttlingFactor().isEmpty() || ceiling <= 0) {
            return;
        }
        double factor = node.memory().throttlingFactor().getAsDouble();
        long page = node.capacity().pageBytes();
        double wanted = Math.floor(request + ((double) ceiling - request) * factor);
        long high = ((long) (wanted / page)) * page;
        if (high > request) {
            files.put(HIGH, Long.toString(high));
        }
    }

    private static long memory(Map<String, BigDecimal> amounts) {
        return Quantities.value(amounts.getOrDefault("memory", BigDecimal.ZERO));
    }
}
