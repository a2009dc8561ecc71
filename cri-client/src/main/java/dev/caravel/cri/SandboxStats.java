package dev.caravel.cri;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resource use of one pod; everything but the attributes is absent when the runtime measures
 * nothing.
 */
public record SandboxStats(
        String id,
        SandboxMetadata metadata,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<CpuUsage> cpu,
        Optional<MemoryUsage> memory,
        Optional<NetworkUsage> network,
        Optional<ProcessUsage> process,
        Optional<IoUsage> io,
        List<ContainerStats> containers) {
    public SandboxStats {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        containers = List.copyOf(containers);
    }
}
