package dev.caravel.config.kubelet;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the rules of a KubeletConfiguration need to know about the machine.
 *
 * @param cgroupV1 whether the cgroup hierarchy is not the unified one
 */
public record HostFacts(boolean cgroupV1) {

    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/cgroup.controllers");

    /** Looks at this machine. */
    public static HostFacts detect() {
        return new HostFacts(!Files.exists(UNIFIED));
    }
}
