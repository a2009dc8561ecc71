package dev.caravel.kubelet.device;

import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Devices of one resource that a container has.
 *
 * @param byNode IDs by NUMA node, {@value #NO_NODE} for devices without one
 * @param response what the plugin wants done for them
 */
record Allocation(Map<Long, List<String>> byNode, ContainerAllocateResponse response) {

    /** Upstream's node of a device that is nowhere in particular. */
    static final long NO_NODE = -1;

    Allocation {
        TreeMap<Long, List<String>> sorted = new TreeMap<>();
        byNode.forEach((node, ids) -> sorted.put(node, List.copyOf(ids)));
        byNode = java.util.Collections.unmodifiableMap(sorted);
    }

    Set<String> ids() {
        return byNode.values().stream().flatMap(List::stream).collect(Collectors.toSet());
    }

    /** Sorts devices by their NUMA nodes; one that has several is listed at each. */
    static Map<Long, List<String>> byNode(Set<String> ids, Map<String, Device> known) {
        Map<Long, List<String>> result = new TreeMap<>(Comparator.naturalOrder());
        for (String id : new TreeSet<>(ids)) {
            Device device = known.get(id);
            List<Long> nodes =
                    device == null || device.numaNodes().isEmpty()
                            ? List.of(NO_NODE)
                            : device.numaNodes();
            nodes.forEach(n -> result.computeIfAbsent(n, _ -> new java.util.ArrayList<>()).add(id));
        }
        return result;
    }
}
