package dev.caravel.config.proxy;

import dev.caravel.config.WireName;

/** The dataplane that is written. */
public enum ProxyMode implements WireName {
    /** iptables chains. */
    IPTABLES("iptables"),
    /** IPVS virtual servers. */
    IPVS("ipvs"),
    /** One nftables table a family. */
    NFTABLES("nftables");

    private final String wireName;

    ProxyMode(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
