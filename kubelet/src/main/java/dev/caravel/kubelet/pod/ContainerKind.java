package dev.caravel.kubelet.pod;

/** The role of a container in its pod. */
public enum ContainerKind {
    /** Runs to completion before the next one starts. */
    INIT("initContainers"),
    /** An init container with {@code restartPolicy: Always}: started in order, kept running. */
    SIDECAR("initContainers"),
    REGULAR("containers"),
    /** Added to a running pod by {@code kubectl debug}; never restarted, no probes. */
    EPHEMERAL("ephemeralContainers");

    private final String specField;

    ContainerKind(String specField) {
        this.specField = specField;
    }

    /** The field path of an event about the container, e.g. {@code spec.initContainers{seed}}. */
    public String fieldPath(String containerName) {
        return "spec." + specField + "{" + containerName + "}";
    }

    /** Whether the container stands in {@code spec.initContainers}. */
    public boolean isInit() {
        return this == INIT || this == SIDECAR;
    }
}
