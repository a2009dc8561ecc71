package dev.caravel.kubelet.facts;

import java.util.OptionalDouble;

/**
 * Memory settings of the node.
 *
 * @param swap whether containers may swap
 * @param swapControllerAvailable whether the kernel can limit swap per cgroup
 * @param singleProcessOomKill true when the kernel kills one process of a container that ran out of
 *     memory instead of all of them
 * @param throttlingFactor {@code memoryThrottlingFactor}; empty means no {@code memory.high}
 * @param reservation how memory requests are protected from reclaim
 */
public record MemoryFacts(
        Swap swap,
        boolean swapControllerAvailable,
        boolean singleProcessOomKill,
        OptionalDouble throttlingFactor,
        Reservation reservation) {

    /** {@code memorySwap.swapBehavior}. */
    public enum Swap {
        NO_SWAP,
        /** Burstable containers may swap in proportion to their memory request. */
        LIMITED_SWAP
    }

    /** {@code memoryReservationPolicy}. */
    public enum Reservation {
        NONE,
        /** Guaranteed pods get {@code memory.min}, others {@code memory.low}. */
        TIERED
    }
}
