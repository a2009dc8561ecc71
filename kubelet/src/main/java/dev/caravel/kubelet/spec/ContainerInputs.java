package dev.caravel.kubelet.spec;

import dev.caravel.cri.Device;
import dev.caravel.cri.Mount;
import dev.caravel.cri.UserNamespace;
import dev.caravel.kubelet.env.Environment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container needs besides its pod and the node.
 *
 * @param restartCount 0 for the first start
 * @param imageId the image as the runtime knows it
 * @param imageUser who the image runs as
 * @param environment its variables
 * @param mounts volumes, hosts file and termination log, in order
 * @param devices device nodes of device plugins and block volumes
 * @param cdiDevices names of CDI devices
 * @param annotations what device plugins add; never wins over the kubelet's own
 * @param runtimeHandler handler of the pod's RuntimeClass, empty for the default
 * @param userNamespace id ranges of the pod when it has a user namespace of its own
 * @param extraGroups groups that persistent volumes ask for by annotation
 * @param targetContainerId for an ephemeral container that joins another's processes
 * @param cpus what the CPU and memory policies assigned
 */
public record ContainerInputs(
        int restartCount,
        String imageId,
        ImageUser imageUser,
        Environment environment,
        List<Mount> mounts,
        List<Device> devices,
        List<String> cdiDevices,
        Map<String, String> annotations,
        String runtimeHandler,
        Optional<UserNamespace> userNamespace,
        List<Long> extraGroups,
        Optional<String> targetContainerId,
        Pinning cpus) {
    public ContainerInputs {
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        cdiDevices = List.copyOf(cdiDevices);
        annotations = Map.copyOf(annotations);
        extraGroups = List.copyOf(extraGroups);
    }

    /**
     * CPUs and memory nodes of a container.
     *
     * @param exclusive whether the CPUs are its own, which lifts the quota
     * @param cpus list such as {@code 0-2,7}, empty for all
     * @param memoryNodes list of NUMA nodes, empty for all
     */
    public record Pinning(boolean exclusive, String cpus, String memoryNodes) {
        /** Runs anywhere. */
        public static Pinning none() {
            return new Pinning(false, "", "");
        }
    }
}
