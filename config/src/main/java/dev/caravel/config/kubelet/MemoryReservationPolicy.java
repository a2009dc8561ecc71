package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** Whether memory requests become cgroup protection. */
public enum MemoryReservationPolicy implements WireName {
    /** They do not. */
    NONE("None"),
    /** memory.min for Guaranteed pods, memory.low for the others. */
    TIERED_RESERVATION("TieredReservation");

    private final String wireName;

    MemoryReservationPolicy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
