package dev.caravel.proxy.table;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the proxy keeps of an EndpointSlice of its address family (kube-proxy.md §3.3).
 *
 * @param name of the slice, unique in the service's namespace
 * @param triggeredAt when the change behind this version began, if the slice says so
 */
public record SliceEntry(
        ServiceKey service,
        String name,
        List<SlicePort> ports,
        List<SliceEndpoint> endpoints,
        Optional<Instant> triggeredAt) {
    public SliceEntry {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /** Whether both say the same about endpoints. */
    public boolean sameContent(SliceEntry other) {
        return ports.equals(other.ports) && endpoints.equals(other.endpoints);
    }
}
