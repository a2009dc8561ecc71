package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** How NUMA memory is given to containers. */
public enum MemoryManagerPolicy implements WireName {
    /** From any node. */
    NONE("None"),
    /** Guaranteed pods are pinned to nodes. */
    STATIC("Static");

    private final String wireName;

    MemoryManagerPolicy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
