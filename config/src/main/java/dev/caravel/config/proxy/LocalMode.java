package dev.caravel.config.proxy;

import dev.caravel.config.WireName;

/** How traffic from pods of this node is told apart. */
public enum LocalMode implements WireName {
    /** Source inside the cluster CIDR. */
    CLUSTER_CIDR("ClusterCIDR"),
    /** Source inside the node's pod CIDR. */
    NODE_CIDR("NodeCIDR"),
    /** Arrives on the named bridge. */
    BRIDGE_INTERFACE("BridgeInterface"),
    /** Arrives on an interface with the named prefix. */
    INTERFACE_NAME_PREFIX("InterfaceNamePrefix");

    private final String wireName;

    LocalMode(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
