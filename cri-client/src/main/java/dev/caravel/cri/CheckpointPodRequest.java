package dev.caravel.cri;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What {@link ContainerRuntime#checkpointPod} saves.
 *
 * @param outputPath archive or folder the runtime writes
 * @param containerIds empty for all containers of the pod
 * @param timeout how long it may take; zero for the limit of other calls
 */
public record CheckpointPodRequest(
        String sandboxId,
        String outputPath,
        List<String> containerIds,
        Map<String, String> options,
        Duration timeout) {
    public CheckpointPodRequest {
        containerIds = List.copyOf(containerIds);
        options = Map.copyOf(options);
    }
}
