package dev.caravel.cri;

import java.util.Map;
import java.util.Optional;

/** Which sandboxes to list; absent and empty parts match all. */
public record SandboxFilter(
        Optional<String> id, Optional<SandboxState> state, Map<String, String> labelSelector) {
    public SandboxFilter {
        labelSelector = Map.copyOf(labelSelector);
    }

    public static SandboxFilter all() {
        return new SandboxFilter(Optional.empty(), Optional.empty(), Map.of());
    }

    public static SandboxFilter withLabels(Map<String, String> labels) {
        return new SandboxFilter(Optional.empty(), Optional.empty(), labels);
    }
}
