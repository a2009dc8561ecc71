package dev.caravel.kubelet.spec;

import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.LinuxContainerSecurityContext;
import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.Mount;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.UserNamespace;
import dev.caravel.kubelet.env.Environment;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.resources.ResourceNumbers;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the message that makes a container (contract 4.5). */
public final class ContainerConfigs {
    private ContainerConfigs() {}

    /**
     * The configuration of one container.
     *
     * @throws ContainerConfigException when the pod asks for what this node must refuse
     */
    public static ContainerConfig of(
            Pod pod, PodContainer container, NodeFacts node, ContainerInputs inputs)
            throws ContainerConfigException {
        Container spec = container.spec();
        LinuxContainerSecurityContext security =
                SecurityContexts.container(pod, container, node, inputs);
        return ContainerConfig.builder(
                        new ContainerMetadata(spec.getName(), inputs.restartCount()),
                        ImageSpec.resolved(inputs.imageId(), text(spec.getImage())))
                .command(expanded(spec.getCommand(), inputs.environment()))
                .args(expanded(spec.getArgs(), inputs.environment()))
                .workingDir(text(spec.getWorkingDir()))
                .envs(inputs.environment().variables())
                .mounts(mounts(inputs.mounts(), security, node))
                .devices(inputs.devices())
                .cdiDevices(inputs.cdiDevices())
                .labels(ContainerLabels.ofContainer(pod, container))
                .annotations(
                        ContainerLabels.annotations(
                                pod, container, inputs.restartCount(), inputs.annotations()))
                .logPath(LogPaths.containerLog(spec.getName(), inputs.restartCount()))
                .stdin(PodNamespaces.isSet(spec.getStdin()))
                .stdinOnce(PodNamespaces.isSet(spec.getStdinOnce()))
                .tty(PodNamespaces.isSet(spec.getTty()))
                .resources(resources(pod, container, node, inputs))
                .securityContext(security)
                .stopSignal(stopSignal(spec, node))
                .build();
    }

    private static LinuxResources resources(
            Pod pod, PodContainer container, NodeFacts node, ContainerInputs inputs) {
        return ResourceNumbers.container(pod, container, node, inputs.cpus().exclusive())
                .toBuilder()
                .cpusetCpus(inputs.cpus().cpus())
                .cpusetMems(inputs.cpus().memoryNodes())
                .build();
    }

    /**
     * In a user namespace every mount is shown with the pod's ids; files need an SELinux label only
     * where the host runs SELinux.
     */
    private static List<Mount> mounts(
            List<Mount> mounts, LinuxContainerSecurityContext security, NodeFacts node) {
        Optional<UserNamespace> mapping =
                security.namespaceOptions()
                        .flatMap(n -> n.userNamespace())
                        .filter(u -> u.mode() == NamespaceMode.POD);
        List<Mount> result = new ArrayList<>(mounts.size());
        for (Mount mount : mounts) {
            Mount.Builder adapted =
                    mount.toBuilder()
                            .selinuxRelabel(
                                    mount.selinuxRelabel() && node.security().selinuxEnabled());
            mapping.ifPresent(m -> adapted.uidMappings(m.uids()).gidMappings(m.gids()));
            result.add(adapted.build());
        }
        return result;
    }

    private static List<String> expanded(@Nullable List<String> words, Environment environment)
            throws ContainerConfigException {
        List<String> result = new ArrayList<>();
        if (words != null) {
            for (String word : words) {
                result.add(environment.expand(word));
            }
        }
        return result;
    }

    private static Optional<String> stopSignal(Container spec, NodeFacts node) {
        return node.gate("ContainerStopSignals") && spec.getLifecycle() != null
                ? Optional.ofNullable(spec.getLifecycle().getStopSignal())
                : Optional.empty();
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
