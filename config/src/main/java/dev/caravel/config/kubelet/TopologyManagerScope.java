package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** For what hints are merged. */
public enum TopologyManagerScope implements WireName {
    /** For each container. */
    CONTAINER("container"),
    /** For the pod as a whole. */
    POD("pod");

    private final String wireName;

    TopologyManagerScope(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
