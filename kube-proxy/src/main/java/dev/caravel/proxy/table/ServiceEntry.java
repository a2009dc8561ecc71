package dev.caravel.proxy.table;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpPrefix;
import java.util.List;

/**
 * What the proxy keeps of a Service, for one address family (kube-proxy.md §3.2).
 *
 * @param externalIps of this family that are served
 * @param externalIpsWanted whether the Service lists any of this family, served or not
 * @param loadBalancerIps ingress addresses of this family that traffic arrives with
 * @param sourceRanges who may use the load balancer addresses; empty for everybody
 * @param internalLocal traffic to the cluster address stays on the node
 * @param externalLocal traffic from outside stays on the node
 * @param affinitySeconds how long a client keeps its endpoint, 0 for no affinity
 * @param healthCheckNodePort where load balancers ask for local endpoints, 0 for none
 * @param createdAt when the Service was made, in seconds since the epoch
 */
public record ServiceEntry(
        ServiceKey key,
        IpAddress clusterIp,
        List<IpAddress> externalIps,
        boolean externalIpsWanted,
        List<IpAddress> loadBalancerIps,
        List<IpPrefix> sourceRanges,
        boolean internalLocal,
        boolean externalLocal,
        int affinitySeconds,
        int healthCheckNodePort,
        long createdAt,
        List<ServicePort> ports) {
    public ServiceEntry {
        externalIps = List.copyOf(externalIps);
        loadBalancerIps = List.copyOf(loadBalancerIps);
        sourceRanges = List.copyOf(sourceRanges);
        ports = List.copyOf(ports);
    }

    /** Whether the port can be reached by another address than the cluster address. */
    public boolean externallyAccessible(ServicePort port) {
        return port.nodePort() != 0 || !loadBalancerIps.isEmpty() || externalIpsWanted;
    }

    /**
     * Whether any traffic of the port may go to endpoints of other nodes. External traffic of local
     * policy does so too: what comes from this node itself is short-circuited.
     */
    public boolean usesClusterEndpoints(ServicePort port) {
        return !internalLocal || externallyAccessible(port);
    }

    /** Whether any traffic of the port goes only to endpoints of this node. */
    public boolean usesLocalEndpoints(ServicePort port) {
        return internalLocal || (externalLocal && externallyAccessible(port));
    }

    /** Whether a client keeps its endpoint. */
    public boolean sticky() {
        return affinitySeconds > 0;
    }

    /** {@code namespace/name} or {@code namespace/name:port}: how rules and logs call a port. */
    public String portName(ServicePort port) {
        return port.name().isEmpty() ? key.toString() : key + ":" + port.name();
    }
}
