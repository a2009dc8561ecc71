package dev.caravel.kubelet.metrics;

import dev.caravel.kubelet.pod.ContainerKind;

/** The values of label {@code container_type}. */
final class ContainerTypes {

    static final String SANDBOX = "pod_sandbox";

    private ContainerTypes() {}

    static String of(ContainerKind kind) {
        return switch (kind) {
            case INIT, SIDECAR -> "init_container";
            case REGULAR -> "container";
            case EPHEMERAL -> "ephemeral_container";
        };
    }
}
