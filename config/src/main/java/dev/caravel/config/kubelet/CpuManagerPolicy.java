package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** How CPUs are given to containers. */
public enum CpuManagerPolicy implements WireName {
    /** All share all. */
    NONE("none"),
    /** Guaranteed containers with whole CPUs own theirs. */
    STATIC("static");

    private final String wireName;

    CpuManagerPolicy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
