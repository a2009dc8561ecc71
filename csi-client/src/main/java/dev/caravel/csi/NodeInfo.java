package dev.caravel.csi;

import java.util.Map;

/**
 * What a driver calls this node.
 *
 * @param nodeId the driver's name for it, never empty
 * @param maxVolumes how many volumes fit, 0 for any number
 * @param topology where the node is, in the driver's terms
 */
public record NodeInfo(String nodeId, long maxVolumes, Map<String, String> topology) {
    public NodeInfo {
        topology = Map.copyOf(topology);
    }
}
