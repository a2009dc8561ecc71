package dev.caravel.cri;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What {@link ContainerRuntime#restorePod} brings back.
 *
 * @param timeout how long it may take; zero for the limit of other calls
 */
public record RestorePodRequest(
        String checkpointPath,
        SandboxConfig config,
        String runtimeHandler,
        Map<String, String> options,
        List<ContainerConfig> containerConfigs,
        Duration timeout) {
    public RestorePodRequest {
        options = Map.copyOf(options);
        containerConfigs = List.copyOf(containerConfigs);
    }
}
