package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** How a pod reaches itself through a service; left to CNI today. */
public enum HairpinMode implements WireName {
    /** The bridge takes every frame. */
    PROMISCUOUS_BRIDGE("promiscuous-bridge"),
    /** The port sends frames back. */
    HAIRPIN_VETH("hairpin-veth"),
    /** It does not. */
    NONE("none");

    private final String wireName;

    HairpinMode(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
