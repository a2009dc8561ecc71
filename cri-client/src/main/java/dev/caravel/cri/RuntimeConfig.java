package dev.caravel.cri;

/** What the runtime says about the node's set-up (CRI RuntimeConfig). */
public sealed interface RuntimeConfig {
    /** The runtime named its cgroup driver, which wins over the kubelet's configuration. */
    record Reported(CgroupDriver cgroupDriver) implements RuntimeConfig {}

    /**
     * The runtime knows the call but has no Linux section, or names a driver this client does not
     * know.
     */
    record NotReported() implements RuntimeConfig {}

    /** The runtime is older than the call (containerd before 2.0). */
    record Unimplemented() implements RuntimeConfig {}
}
