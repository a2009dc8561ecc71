package dev.caravel.cri;

import java.util.Map;
import java.util.Optional;

/** Resource use of one container. */
public record ContainerStats(
        String id,
        ContainerMetadata metadata,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<CpuUsage> cpu,
        Optional<MemoryUsage> memory,
        Optional<FilesystemUsage> writableLayer,
        Optional<SwapUsage> swap,
        Optional<IoUsage> io) {
    public ContainerStats {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
