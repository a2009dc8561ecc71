package dev.caravel.cri;

import java.util.Map;

/** What {@link ContainerRuntime#restorePod} made. */
public record RestoredPod(String sandboxId, Map<String, String> containerIdsByName) {
    public RestoredPod {
        containerIdsByName = Map.copyOf(containerIdsByName);
    }
}
