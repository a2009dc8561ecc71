package dev.caravel.proxy.iptables;

import dev.caravel.proxy.compile.DataplaneSettings;

/**
 * What the rules of the iptables mode depend on beside what every mode depends on.
 *
 * @param localhostNodePorts whether node ports answer on IPv4 loopback addresses
 * @param conntrackLiberal whether packets outside a window are let through
 * @param counters whether the kernel has the named counters below
 */
public record IptSettings(
        DataplaneSettings dataplane,
        boolean localhostNodePorts,
        boolean conntrackLiberal,
        boolean counters) {
    /** Counts packets dropped because they belong to no connection. */
    public static final String INVALID_DROPPED = "ct_state_invalid_dropped_pkts";

    /** Counts connections to node ports on loopback addresses. */
    public static final String LOCALHOST_ACCEPTED = "localhost_nps_accepted_pkts";
}
