package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses of the node accept node port traffic.
 *
 * @param only these and no others; empty for every local address
 */
public record NodePortAddresses(Optional<Set<IpAddress>> only) {
    /** Every local address but loopback ones. */
    public static final NodePortAddresses ALL = new NodePortAddresses(Optional.empty());

    public NodePortAddresses {
        only = only.map(Set::copyOf);
    }

    /** These addresses. */
    public static NodePortAddresses of(Set<IpAddress> addresses) {
        return new NodePortAddresses(Optional.of(addresses));
    }
}
