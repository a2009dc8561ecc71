package dev.caravel.kubelet.spec;

import dev.caravel.cri.LinuxSandboxConfig;
import dev.caravel.cri.PortMapping;
import dev.caravel.cri.PortMapping.Protocol;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.network.Hostnames;
import dev.caravel.kubelet.network.InvalidHostnameException;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.kubelet.resources.ResourceNumbers;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds the message that makes a pod's sandbox (contract 4.4). */
public final class SandboxConfigs {
    private SandboxConfigs() {}

    /**
     * The configuration of the sandbox of {@code pod}.
     *
     * @throws ContainerConfigException when the pod asks for what this node must refuse; upstream's
     *     event is FailedCreatePodSandBox
     */
    public static SandboxConfig of(Pod pod, NodeFacts node, SandboxInputs inputs)
            throws ContainerConfigException {
        PodRef ref = PodRef.of(pod);
        return SandboxConfig.builder(
                        new SandboxMetadata(
                                ref.name(), ref.namespace(), ref.uid(), inputs.attempt()))
                .hostname(hostname(pod, node))
                .logDirectory(LogPaths.podDirectory(node.paths().podLogs(), ref).toString())
                .dnsConfig(inputs.dns())
                .portMappings(portMappings(pod))
                .labels(ContainerLabels.ofSandbox(pod))
                .annotations(orEmpty(pod.getMetadata().getAnnotations()))
                .linux(
                        new LinuxSandboxConfig(
                                PodCgroups.cgroupParent(pod, node.cgroups()),
                                Optional.of(SecurityContexts.sandbox(pod, node, inputs)),
                                Sysctls.of(pod, node),
                                Optional.of(ResourceNumbers.overhead(pod, node)),
                                Optional.of(
                                        ResourceNumbers.sandbox(
                                                pod, node, inputs.exclusiveCpus()))))
                .build();
    }

    /** Empty for a pod on the host's network: it has the node's name. */
    private static String hostname(Pod pod, NodeFacts node) throws ContainerConfigException {
        if (PodNamespaces.isSet(pod.getSpec().getHostNetwork())) {
            return "";
        }
        try {
            return Hostnames.kernelName(pod, node.dns().clusterDomain());
        } catch (InvalidHostnameException e) {
            throw new ContainerConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The ports of all regular containers; a port named twice in one container counts once. */
    private static List<PortMapping> portMappings(Pod pod) {
        List<PortMapping> mappings = new ArrayList<>();
        for (Container container : pod.getSpec().getContainers()) {
            Set<String> seen = new HashSet<>();
            for (ContainerPort port : container.getPorts()) {
                if (seen.add(portKey(port))) {
                    mappings.add(mapping(port));
                }
            }
        }
        return mappings;
    }

    private static String portKey(ContainerPort port) {
        if (port.getName() != null && !port.getName().isEmpty()) {
            return port.getName();
        }
        return port.getProtocol()
                + "-"
                + port.getHostIP()
                + ":"
                + port.getContainerPort()
                + ":"
                + port.getHostPort();
    }

    private static PortMapping mapping(ContainerPort port) {
        Protocol protocol =
                switch (port.getProtocol()) {
                    case "UDP" -> Protocol.UDP;
                    case "SCTP" -> Protocol.SCTP;
                    case null, default -> Protocol.TCP;
                };
        return new PortMapping(
                protocol,
                port.getContainerPort() == null ? 0 : port.getContainerPort(),
                port.getHostPort() == null ? 0 : port.getHostPort(),
                port.getHostIP() == null ? "" : port.getHostIP());
    }

    private static Map<String, String> orEmpty(Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
