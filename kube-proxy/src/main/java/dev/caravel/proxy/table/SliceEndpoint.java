package dev.caravel.proxy.table;

import dev.caravel.linux.ip.IpAddress;
import java.util.List;

/**
 * One endpoint of an EndpointSlice.
 *
 * @param local on this node
 * @param zoneHints zones that should use it; empty for no hint
 * @param nodeHints nodes that should use it; empty for no hint
 */
public record SliceEndpoint(
        IpAddress ip,
        boolean local,
        boolean ready,
        boolean serving,
        boolean terminating,
        List<String> zoneHints,
        List<String> nodeHints) {
    public SliceEndpoint {
        zoneHints = List.copyOf(zoneHints);
        nodeHints = List.copyOf(nodeHints);
    }

    /** Whether it may take traffic when nothing is ready. */
    boolean servingTerminating() {
        return serving && terminating;
    }
}
