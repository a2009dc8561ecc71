package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** How hints of the resource allocators are merged. */
public enum TopologyManagerPolicy implements WireName {
    /** Not at all. */
    NONE("none"),
    /** The best hint is used if there is one. */
    BEST_EFFORT("best-effort"),
    /** A pod without a preferred hint is rejected. */
    RESTRICTED("restricted"),
    /** A pod that does not fit one NUMA node is rejected. */
    SINGLE_NUMA_NODE("single-numa-node");

    private final String wireName;

    TopologyManagerPolicy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
