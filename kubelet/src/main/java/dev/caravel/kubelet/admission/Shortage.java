package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.resources.HugePages;
import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerExtendedResourceRequest;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A resource of which the node has less than the pod requests. Millicores for cpu, pieces or bytes
 * for everything else.
 *
 * @param requested by the pod
 * @param used by the other pods
 * @param capacity what the node offers to pods
 */
record Shortage(String resource, long requested, long used, long capacity) {

    /** The resources that are short: pods, cpu, memory, ephemeral-storage, then others by name. */
    static List<Shortage> of(Pod pod, List<Pod> others, Map<String, Quantity> allocatable) {
        List<Shortage> shortages = new ArrayList<>();
        long pods = Quantities.value(allocatable.get("pods"));
        if (others.size() + 1L > pods) {
            shortages.add(new Shortage("pods", 1, others.size(), pods));
        }
        Map<String, Long> requested = units(PodResources.requests(withoutClaimed(pod)));
        requested.keySet().removeIf(name -> isUnknownExtended(name, allocatable));
        requested.values().removeIf(amount -> amount == 0);
        if (requested.isEmpty()) {
            return shortages;
        }
        Map<String, Long> used = new HashMap<>();
        for (Pod other : others) {
            units(PodResources.requests(other))
                    .forEach((name, amount) -> used.merge(name, amount, Long::sum));
        }
        for (String name : inOrder(requested)) {
            long capacity = unit(name, Quantities.exact(allocatable.get(name)));
            long wanted = requested.getOrDefault(name, 0L);
            long taken = used.getOrDefault(name, 0L);
            if (wanted > capacity - taken) {
                shortages.add(new Shortage(name, wanted, taken, capacity));
            }
        }
        return shortages;
    }

    String message() {
        return "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
                .formatted(resource, requested, used, capacity);
    }

    /** How much others would have to give up. */
    long missing() {
        return requested - (capacity - used);
    }

    static String text(List<Shortage> shortages) {
        return shortages.stream()
                .map(s -> "(res: " + s.resource() + ", q: " + s.missing() + "), ")
                .collect(Collectors.joining("", "[", "]"));
    }

    /** An amount in the unit admission counts a resource in. */
    static long unit(String name, BigDecimal amount) {
        return name.equals("cpu") ? Quantities.milli(amount) : Quantities.value(amount);
    }

    private static Map<String, Long> units(Map<String, BigDecimal> amounts) {
        Map<String, Long> units = new TreeMap<>();
        amounts.forEach((name, amount) -> {
            if (isCounted(name)) {
                units.put(name, unit(name, amount));
            }
        });
        return units;
    }

    private static boolean isCounted(String name) {
        return name.equals("cpu")
                || name.equals("memory")
                || name.equals("ephemeral-storage")
                || name.indexOf('/') >= 0
                || HugePages.isHugePage(name);
    }

    private static List<String> inOrder(Map<String, Long> requested) {
        List<String> first = List.of("cpu", "memory", "ephemeral-storage");
        return Stream.concat(
                        first.stream().filter(requested::containsKey),
                        requested.keySet().stream().filter(name -> !first.contains(name)))
                .toList();
    }

    /** Resources counted cluster-wide are not the node's business. */
    private static boolean isUnknownExtended(String name, Map<String, Quantity> allocatable) {
        boolean extended =
                name.indexOf('/') >= 0
                        && !name.contains("kubernetes.io/")
                        && !name.startsWith("requests.");
        return extended && !allocatable.containsKey(name);
    }

    /** Leaves out extended resources that a claim provides (KEP-5004). */
    private static Pod withoutClaimed(Pod pod) {
        if (pod.getStatus() == null || pod.getStatus().getExtendedResourceClaimStatus() == null) {
            return pod;
        }
        List<ContainerExtendedResourceRequest> claimed =
                pod.getStatus().getExtendedResourceClaimStatus().getRequestMappings();
        Pod copy = new PodBuilder(pod).build();
        Stream.concat(
                        copy.getSpec().getContainers().stream(),
                        copy.getSpec().getInitContainers().stream())
                .forEach(container -> removeClaimed(container, claimed));
        return copy;
    }

    private static void removeClaimed(
            Container container, List<ContainerExtendedResourceRequest> claimed) {
        if (container.getResources() == null || container.getResources().getRequests() == null) {
            return;
        }
        Map<String, Quantity> kept = new HashMap<>(container.getResources().getRequests());
        claimed.stream()
                .filter(c -> container.getName().equals(c.getContainerName()))
                .forEach(c -> kept.remove(c.getResourceName()));
        container.getResources().setRequests(kept);
    }
}
