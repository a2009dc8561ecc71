package dev.caravel.kubelet.node;

import java.util.List;
import java.util.Optional;

/**
 * Whether the node can take pods, and what it is short of.
 *
 * @param problems why it is not ready, in the order runtime, network, storage, shutdown; empty
 *     means ready
 * @param warning soft requirements that are not met; shown in the Ready condition's message
 * @param memoryPressure whether eviction signals say so
 * @param diskPressure whether eviction signals say so
 * @param pidPressure whether eviction signals say so
 */
public record NodeHealth(
        List<String> problems,
        Optional<String> warning,
        boolean memoryPressure,
        boolean diskPressure,
        boolean pidPressure) {

    public NodeHealth {
        problems = List.copyOf(problems);
    }
}
