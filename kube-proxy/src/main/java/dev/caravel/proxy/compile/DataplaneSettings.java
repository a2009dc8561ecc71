package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import java.util.Optional;

/**
 * What all rules of one address family depend on and what stays the same while the process lives.
 *
 * @param masqueradeMark the packet mark's bit that asks for masquerading
 * @param masqueradeAll masquerade everything that goes to a cluster address
 * @param nodeIp the node's address of the family, where known
 */
public record DataplaneSettings(
        IpFamily family,
        int masqueradeMark,
        boolean masqueradeAll,
        LocalDetector detector,
        Optional<IpAddress> nodeIp) {}
