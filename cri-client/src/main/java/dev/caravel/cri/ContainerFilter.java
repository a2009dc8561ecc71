package dev.caravel.cri;

import java.util.Map;
import java.util.Optional;

/** Which containers to list; absent and empty parts match all. */
public record ContainerFilter(
        Optional<String> id,
        Optional<ContainerState> state,
        Optional<String> sandboxId,
        Map<String, String> labelSelector) {
    public ContainerFilter {
        labelSelector = Map.copyOf(labelSelector);
    }

    public static ContainerFilter all() {
        return new ContainerFilter(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
    }

    public static ContainerFilter inSandbox(String sandboxId) {
        return new ContainerFilter(
                Optional.empty(), Optional.empty(), Optional.of(sandboxId), Map.of());
    }

    public static ContainerFilter withLabels(Map<String, String> labels) {
        return new ContainerFilter(Optional.empty(), Optional.empty(), Optional.empty(), labels);
    }
}
