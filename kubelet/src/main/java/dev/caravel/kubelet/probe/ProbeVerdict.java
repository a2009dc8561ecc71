package dev.caravel.kubelet.probe;

import java.time.Duration;
import java.util.Optional;

/**
 * What the probes say about one running container now.
 *
 * @param containerId the container the verdict is about; a verdict about an older one is stale
 * @param started startup probe succeeded, or there is none
 * @param ready readiness probe succeeded, or there is none, and the container has started
 * @param failure set when the liveness or the startup probe asks for a restart
 */
public record ProbeVerdict(
        String containerId, boolean started, boolean ready, Optional<Failure> failure) {

    /**
     * A probe that asks for a restart.
     *
     * @param message as in the Killing event, e.g. {@code failed liveness probe}
     * @param grace the probe's own terminationGracePeriodSeconds
     */
    public record Failure(String message, Optional<Duration> grace) {}
}
