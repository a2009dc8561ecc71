package dev.caravel.cri;

import java.util.Map;
import java.util.Optional;

/** Which containers to measure; absent and empty parts match all. */
public record ContainerStatsFilter(
        Optional<String> id, Optional<String> sandboxId, Map<String, String> labelSelector) {
    public ContainerStatsFilter {
        labelSelector = Map.copyOf(labelSelector);
    }

    public static ContainerStatsFilter all() {
        return new ContainerStatsFilter(Optional.empty(), Optional.empty(), Map.of());
    }
}
