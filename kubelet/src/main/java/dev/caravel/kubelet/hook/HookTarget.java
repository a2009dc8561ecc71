package dev.caravel.kubelet.hook;

import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * The container a hook is for. Made from the pod, or from the container's annotations when the pod
 * is gone.
 *
 * @param fieldPath what events are about, empty for the pod
 * @param containerId in the runtime
 * @param ports that an httpGet hook may name
 * @param podIps addresses of the pod, primary first
 */
public record HookTarget(
        PodRef pod,
        Optional<String> fieldPath,
        String containerName,
        String containerId,
        List<ContainerPort> ports,
        List<String> podIps) {
    public HookTarget {
        ports = List.copyOf(ports);
        podIps = List.copyOf(podIps);
    }

    /** The running container of a pod. */
    public static HookTarget of(
            Pod pod, PodContainer container, String containerId, List<String> podIps) {
        return new HookTarget(
                PodRef.of(pod),
                Optional.of(container.kind().fieldPath(container.name())),
                container.name(),
                containerId,
                container.spec().getPorts(),
                podIps);
    }

    /** {@code name_namespace(uid)}, as upstream's messages name a pod. */
    String podText() {
        return pod.name() + "_" + pod.namespace() + "(" + pod.uid() + ")";
    }
}
