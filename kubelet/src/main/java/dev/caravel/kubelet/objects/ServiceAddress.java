package dev.caravel.kubelet.objects;

import java.util.List;

/**
 * What environment variables need to know about a service.
 *
 * @param clusterIp its first cluster IP as text; never empty, never {@code None}
 * @param ports in the order of the spec, at least one
 */
public record ServiceAddress(
        String namespace, String name, String clusterIp, List<ServicePort> ports) {
    public ServiceAddress {
        ports = List.copyOf(ports);
    }

    /**
     * One port of a service.
     *
     * @param name empty when unnamed
     * @param protocol TCP, UDP or SCTP
     */
    public record ServicePort(String name, String protocol, int port) {}
}
