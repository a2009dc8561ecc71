package dev.caravel.linux.netlink;

/** The netlink families used here ({@code linux/netlink.h}). */
public enum NetlinkProtocol {
    /** Links, addresses, routes. */
    ROUTE(0),
    /** nf_tables, conntrack, ipset. */
    NETFILTER(12),
    /** Families that register by name, for example IPVS. */
    GENERIC(16);

    private final int number;

    NetlinkProtocol(int number) {
        this.number = number;
    }

    /** The number as the kernel counts. */
    public int number() {
        return number;
    }
}
