package dev.caravel.kubelet.node;

import java.util.List;
import java.util.function.Predicate;

/**
 * {@code node.status.declaredFeatures}: what this node can do that the control plane asks about
 * before it lets pods use it (KEP-5328). Each name is the feature gate's.
 */
public final class DeclaredFeatures {
    private static final List<String> IMPLEMENTED =
            List.of(
                    "ExtendWebSocketsToKubelet",
                    "InPlacePodLevelResourcesVerticalScaling",
                    "InPlacePodVerticalScalingInitContainers",
                    "RestartAllContainersOnContainerExits");

    private DeclaredFeatures() {}

    /**
     * Sorted names, computed once at start.
     *
     * @param gate whether the feature gate of that name is on
     */
    public static List<String> of(Predicate<String> gate) {
        return IMPLEMENTED.stream().filter(gate).sorted().toList();
    }
}
