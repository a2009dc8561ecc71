package dev.caravel.cri;

import java.util.List;
import java.util.Map;

/**
 * What {@link ContainerRuntime#checkpointPod} saves (KEP-5823).
 *
 * @param outputPath archive or folder the runtime writes
 * @param containerIds empty for all containers of the pod
 */
public record CheckpointPodRequest(
        String sandboxId,
        String outputPath,
        List<String> containerIds,
        Map<String, String> options) {
    public CheckpointPodRequest {
        containerIds = List.copyOf(containerIds);
        options = Map.copyOf(options);
    }
}
