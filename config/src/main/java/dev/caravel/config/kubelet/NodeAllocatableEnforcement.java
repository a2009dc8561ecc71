package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** Where the node allocatable limit is enforced. */
public enum NodeAllocatableEnforcement implements WireName {
    /** Nowhere; stands alone. */
    NONE("none"),
    /** On the cgroup of all pods. */
    PODS("pods"),
    /** On the cgroup of the host processes. */
    SYSTEM_RESERVED("system-reserved"),
    /** The same, CPU only. */
    SYSTEM_RESERVED_COMPRESSIBLE("system-reserved-compressible"),
    /** On the cgroup of Kubernetes' own processes. */
    KUBE_RESERVED("kube-reserved"),
    /** The same, CPU only. */
    KUBE_RESERVED_COMPRESSIBLE("kube-reserved-compressible");

    private final String wireName;

    NodeAllocatableEnforcement(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
