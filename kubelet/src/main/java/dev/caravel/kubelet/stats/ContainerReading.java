package dev.caravel.kubelet.stats;

import java.time.Instant;

/**
 * One running container.
 *
 * @param id of the runtime
 * @param image as the pod names it
 */
public record ContainerReading(
        String name, String id, String image, Instant startedAt, Usage usage) {}
