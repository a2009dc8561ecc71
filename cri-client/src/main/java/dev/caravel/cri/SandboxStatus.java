package dev.caravel.cri;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod sandbox in full.
 *
 * @param ips the primary address first; empty for host network or before the network is up
 * @param containerStatuses only from runtimes that send events
 * @param observedAt when the runtime took this picture, only from runtimes that send events
 * @param info free text of the runtime, only filled when asked for
 */
public record SandboxStatus(
        String id,
        SandboxMetadata metadata,
        SandboxState state,
        Instant createdAt,
        List<String> ips,
        Optional<NamespaceOptions> namespaces,
        Map<String, String> labels,
        Map<String, String> annotations,
        String runtimeHandler,
        List<ContainerStatus> containerStatuses,
        Optional<Instant> observedAt,
        Map<String, String> info) {
    public SandboxStatus {
        ips = List.copyOf(ips);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        containerStatuses = List.copyOf(containerStatuses);
        info = Map.copyOf(info);
    }
}
