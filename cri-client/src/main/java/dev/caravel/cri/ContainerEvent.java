package dev.caravel.cri;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened to a container, with the state of its pod at that instant.
 *
 * @param containerId also the sandbox's own id, for events of the sandbox
 * @param sandbox absent when the runtime sent none or an unreadable one
 */
public record ContainerEvent(
        String containerId,
        Type type,
        Instant createdAt,
        Optional<SandboxStatus> sandbox,
        List<ContainerStatus> containers) {
    public ContainerEvent {
        containers = List.copyOf(containers);
    }

    /** What happened. */
    public enum Type {
        CREATED,
        STARTED,
        STOPPED,
        DELETED
    }
}
