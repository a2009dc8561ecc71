package dev.caravel.cri;

import java.util.Map;
import java.util.Optional;

/** Which sandboxes to measure; absent and empty parts match all. */
public record SandboxStatsFilter(Optional<String> id, Map<String, String> labelSelector) {
    public SandboxStatsFilter {
        labelSelector = Map.copyOf(labelSelector);
    }

    public static SandboxStatsFilter all() {
        return new SandboxStatsFilter(Optional.empty(), Map.of());
    }
}
