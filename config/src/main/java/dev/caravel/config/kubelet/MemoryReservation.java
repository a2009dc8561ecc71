package dev.caravel.config.kubelet;

import dev.caravel.config.Copies;
import dev.caravel.config.Quantity;
import java.util.Map;

/**
 * Memory of one NUMA node that the static memory policy leaves alone.
 *
 * @param numaNode number of the NUMA node
 * @param limits amount by kind: {@code memory} or {@code hugepages-<size>}
 */
public record MemoryReservation(int numaNode, Map<String, Quantity> limits) {

    public MemoryReservation {
        limits = Copies.map(limits);
    }
}
