package dev.caravel.cri;

import java.util.Map;
import java.util.Optional;

/**
 * Linux part of a {@link SandboxConfig}.
 *
 * @param cgroupParent full path of the pod's cgroup; with the systemd driver its last part ends in
 *     {@code .slice}
 * @param overhead RuntimeClass overhead
 * @param resources sum over the containers, without overhead
 */
public record LinuxSandboxConfig(
        String cgroupParent,
        Optional<LinuxSandboxSecurityContext> securityContext,
        Map<String, String> sysctls,
        Optional<LinuxResources> overhead,
        Optional<LinuxResources> resources) {
    public LinuxSandboxConfig {
        sysctls = Map.copyOf(sysctls);
    }
}
