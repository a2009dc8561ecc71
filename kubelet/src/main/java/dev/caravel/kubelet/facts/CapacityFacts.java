package dev.caravel.kubelet.facts;

import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * The machine's resources.
 *
 * @param capacity all of them, as in {@code node.status.capacity}
 * @param allocatable what pods may use, as in {@code node.status.allocatable}
 * @param memoryBytes memory of the machine
 * @param swapBytes swap of the machine
 * @param pageBytes size of a memory page
 * @param hugePageSizes the huge page sizes of the kernel as the runtime writes them, e.g. {@code
 *     2MB}
 */
public record CapacityFacts(
        Map<String, Quantity> capacity,
        Map<String, Quantity> allocatable,
        long memoryBytes,
        long swapBytes,
        long pageBytes,
        List<String> hugePageSizes) {
    public CapacityFacts {
        if (memoryBytes <= 0 || pageBytes <= 0) {
            throw new IllegalArgumentException(
                    "A node has memory: memoryBytes=" + memoryBytes + ", pageBytes=" + pageBytes);
        }
        capacity = Map.copyOf(capacity);
        allocatable = Map.copyOf(allocatable);
        hugePageSizes = List.copyOf(hugePageSizes);
    }

    /** Memory that pods may use in bytes, 0 when the node does not say. */
    public long allocatableMemoryBytes() {
        return Quantities.value(allocatable.get("memory"));
    }
}
