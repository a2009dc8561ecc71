package dev.caravel.cri;

import java.time.Instant;
import java.util.Map;

/** A pod sandbox as lists show it. */
public record Sandbox(
        String id,
        SandboxMetadata metadata,
        SandboxState state,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> annotations,
        String runtimeHandler) {
    public Sandbox {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
