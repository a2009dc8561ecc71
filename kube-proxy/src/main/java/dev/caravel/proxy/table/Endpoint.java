package dev.caravel.proxy.table;

import dev.caravel.linux.ip.IpAddress;

/**
 * Where packets of a service port go.
 *
 * @param local on this node
 */
public record Endpoint(IpAddress ip, int port, boolean local) {
    /** {@code ip:port}. */
    @Override
    public String toString() {
        return ip.withPort(port);
    }
}
