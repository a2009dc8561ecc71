package dev.caravel.cri;

import java.util.List;
import java.util.Map;

/** What {@link ContainerRuntime#restorePod} brings back (KEP-5823). */
public record RestorePodRequest(
        String checkpointPath,
        SandboxConfig config,
        String runtimeHandler,
        Map<String, String> options,
        List<ContainerConfig> containerConfigs) {
    public RestorePodRequest {
        options = Map.copyOf(options);
        containerConfigs = List.copyOf(containerConfigs);
    }
}
