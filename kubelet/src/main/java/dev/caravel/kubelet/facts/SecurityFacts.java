package dev.caravel.kubelet.facts;

import java.util.List;
import java.util.Map;

/**
 * What confines containers on this node.
 *
 * @param seccompDefault containers that name no seccomp profile get the runtime's default instead
 *     of none
 * @param selinuxEnabled whether the host runs SELinux, so that files need a label
 * @param appArmorEnabled whether the kernel can load AppArmor profiles
 * @param thermalThrottlePaths the {@code /sys/devices/system/cpu/cpuN/thermal_throttle} directories
 *     that exist, which are masked like the fixed paths
 * @param defaultPodSysctls sysctls every pod gets (gate {@code DefaultPodSysctls})
 * @param allowedUnsafeSysctls names and {@code prefix*} patterns that pods may set beyond the safe
 *     ones
 * @param kernelVersion {@code major.minor} of the running kernel, for sysctls that are safe only
 *     since some version
 */
public record SecurityFacts(
        boolean seccompDefault,
        boolean selinuxEnabled,
        boolean appArmorEnabled,
        List<String> thermalThrottlePaths,
        Map<String, String> defaultPodSysctls,
        List<String> allowedUnsafeSysctls,
        KernelVersion kernelVersion) {
    public SecurityFacts {
        thermalThrottlePaths = List.copyOf(thermalThrottlePaths);
        defaultPodSysctls = Map.copyOf(defaultPodSysctls);
        allowedUnsafeSysctls = List.copyOf(allowedUnsafeSysctls);
    }
}
