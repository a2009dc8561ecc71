package dev.caravel.kubelet.csi;

import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.NodeService;
import java.util.Map;
import java.util.Set;

/**
 * What the driver of a volume is asked with.
 *
 * @param context what attaching gave
 */
record CsiCall(
        CsiVolume volume,
        CsiDriverSpec spec,
        NodeService service,
        Set<NodeCapability> capabilities,
        Map<String, String> context) {}
