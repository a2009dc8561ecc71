package dev.caravel.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One container of a pod with its role.
 *
 * @param kind the role
 * @param spec what the pod asks for; an ephemeral container is shown as an ordinary one
 * @param targetContainer the container whose process namespace an ephemeral container joins, empty
 *     otherwise
 */
public record PodContainer(ContainerKind kind, Container spec, Optional<String> targetContainer) {

    public String name() {
        return spec.getName();
    }

    /** All containers: init (in order), regular, ephemeral. */
    public static List<PodContainer> all(Pod pod) {
        List<PodContainer> all = new ArrayList<>(inits(pod));
        all.addAll(regular(pod));
        all.addAll(ephemeral(pod));
        return all;
    }

    /** Init containers and sidecars in spec order. */
    public static List<PodContainer> inits(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .map(c -> new PodContainer(initKind(c), c, Optional.empty()))
                .toList();
    }

    public static List<PodContainer> regular(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .map(c -> new PodContainer(ContainerKind.REGULAR, c, Optional.empty()))
                .toList();
    }

    public static List<PodContainer> ephemeral(Pod pod) {
        return pod.getSpec().getEphemeralContainers().stream()
                .map(PodContainer::ofEphemeral)
                .toList();
    }

    public static Optional<PodContainer> byName(Pod pod, String name) {
        return all(pod).stream().filter(c -> c.name().equals(name)).findFirst();
    }

    private static ContainerKind initKind(Container c) {
        return "Always".equals(c.getRestartPolicy()) ? ContainerKind.SIDECAR : ContainerKind.INIT;
    }

    private static PodContainer ofEphemeral(EphemeralContainer e) {
        Container spec =
                new ContainerBuilder()
                        .withName(e.getName())
                        .withImage(e.getImage())
                        .withImagePullPolicy(e.getImagePullPolicy())
                        .withCommand(e.getCommand())
                        .withArgs(e.getArgs())
                        .withWorkingDir(e.getWorkingDir())
                        .withEnv(e.getEnv())
                        .withEnvFrom(e.getEnvFrom())
                        .withVolumeMounts(e.getVolumeMounts())
                        .withVolumeDevices(e.getVolumeDevices())
                        .withSecurityContext(e.getSecurityContext())
                        .withResources(e.getResources())
                        .withStdin(e.getStdin())
                        .withStdinOnce(e.getStdinOnce())
                        .withTty(e.getTty())
                        .withTerminationMessagePath(e.getTerminationMessagePath())
                        .withTerminationMessagePolicy(e.getTerminationMessagePolicy())
                        .build();
        return new PodContainer(
                ContainerKind.EPHEMERAL, spec, Optional.ofNullable(e.getTargetContainerName()));
    }
}
