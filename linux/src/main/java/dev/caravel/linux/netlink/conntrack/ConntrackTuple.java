package dev.caravel.linux.netlink.conntrack;

import dev.caravel.linux.ip.IpAddress;

/**
 * One direction of a connection.
 *
 * @param protocol layer 4 protocol number
 * @param sourcePort 0 for protocols without ports
 */
public record ConntrackTuple(
        IpAddress source,
        IpAddress destination,
        int protocol,
        int sourcePort,
        int destinationPort) {
    @Override
    public String toString() {
        return protocol
                + " "
                + source.withPort(sourcePort)
                + " > "
                + destination.withPort(destinationPort);
    }
}
