package dev.caravel.linux.netlink.conntrack;

/**
 * A tracked connection.
 *
 * @param original as its first packet had it
 * @param reply as answers must look: what the original became by address translation, turned round
 * @param id distinguishes it from a later connection with the same tuples
 * @param zone conntrack zone, usually 0
 */
public record ConntrackEntry(ConntrackTuple original, ConntrackTuple reply, int id, int zone) {}
