package dev.caravel.kubelet.node;

import dev.caravel.cri.Image;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.cri.RuntimeVersion;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything measured that the Node object shows, at one instant.
 *
 * @param machine the hardware and the system
 * @param ephemeralBytes size of the file system pods write to, once known
 * @param reserved what is kept from pods by resource, see {@link NodeResources}
 * @param devices what device plugins bring
 * @param runtime name and version of the container runtime, if it answered
 * @param runtimeStatus handlers and features of the runtime, if it answered
 * @param images in the runtime's store, in any order
 * @param addresses of the node; empty keeps those the API shows
 * @param volumesInUse attached volumes that must not be detached; empty until the volumes of
 *     running pods are known again after a start, which keeps those the API shows
 * @param health readiness and pressure
 * @param now when it was measured
 */
public record NodeReport(
        MachineFacts machine,
        OptionalLong ephemeralBytes,
        Map<String, BigDecimal> reserved,
        DeviceResources devices,
        Optional<RuntimeVersion> runtime,
        Optional<RuntimeStatus> runtimeStatus,
        List<Image> images,
        Optional<List<NodeAddress>> addresses,
        Optional<List<String>> volumesInUse,
        NodeHealth health,
        Instant now) {

    public NodeReport {
        reserved = Map.copyOf(reserved);
        images = List.copyOf(images);
        addresses = addresses.map(List::copyOf);
        volumesInUse = volumesInUse.map(List::copyOf);
    }
}
