package dev.caravel.kubelet.observe;

import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import java.time.Instant;

/**
 * One container as the runtime reports it, with what this kubelet (or the one before it) wrote into
 * its annotations.
 *
 * @param name the container's name in the pod
 * @param sandboxId the sandbox it belongs to
 * @param restartCount from the annotation; 0 for the first
 * @param hash container hash from the annotation, lower hex
 * @param terminationMessage what the container left for people when it ended; empty otherwise
 * @param status everything the runtime said
 */
public record ObservedContainer(
        String name,
        String sandboxId,
        int restartCount,
        String hash,
        String terminationMessage,
        ContainerStatus status) {

    public String id() {
        return status.id();
    }

    public ContainerState state() {
        return status.state();
    }

    /** Whether it runs or, for all we know, might. */
    public boolean mayRun() {
        return state() == ContainerState.RUNNING || state() == ContainerState.UNKNOWN;
    }

    /** When it ended; its creation if the runtime did not say. */
    public Instant finishedAt() {
        return status.finishedAt().orElse(status.createdAt());
    }

    public boolean isRunning() {
        return state() == ContainerState.RUNNING;
    }

    public boolean hasExited() {
        return state() == ContainerState.EXITED;
    }

    public boolean succeeded() {
        return hasExited() && status.exitCode() == 0;
    }

    public Instant createdAt() {
        return status.createdAt();
    }
}
