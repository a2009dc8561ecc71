package dev.caravel.cri;

import java.time.Instant;
import java.util.Map;

/** A container as lists show it. */
public record Container(
        String id,
        String sandboxId,
        ContainerMetadata metadata,
        ImageSpec image,
        String imageRef,
        String imageId,
        ContainerState state,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> annotations) {
    public Container {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
