package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.stream.Stream;

/** Ports of the node that pods ask for. */
final class HostPorts {
    private static final String ANY_ADDRESS = "0.0.0.0";

    private HostPorts() {}

    private record HostPort(String ip, String protocol, int port) {
        static HostPort of(ContainerPort port) {
            String ip = port.getHostIP();
            String protocol = port.getProtocol();
            return new HostPort(
                    ip == null || ip.isEmpty() ? ANY_ADDRESS : ip,
                    protocol == null || protocol.isEmpty() ? "TCP" : protocol,
                    port.getHostPort());
        }

        boolean conflictsWith(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (ip.equals(other.ip)
                            || ip.equals(ANY_ADDRESS)
                            || other.ip.equals(ANY_ADDRESS));
        }
    }

    /** Whether no other pod has a port that {@code pod} asks for. */
    static boolean areFree(Pod pod, List<Pod> others) {
        List<HostPort> wanted = of(pod).toList();
        return wanted.isEmpty()
                || others.stream()
                        .flatMap(HostPorts::of)
                        .noneMatch(used -> wanted.stream().anyMatch(used::conflictsWith));
    }

    /** Of containers that run as long as the pod does. */
    private static Stream<HostPort> of(Pod pod) {
        return Stream.concat(
                        PodContainer.inits(pod).stream()
                                .filter(c -> c.kind() == ContainerKind.SIDECAR),
                        PodContainer.regular(pod).stream())
                .flatMap(c -> c.spec().getPorts().stream())
                .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
                .map(HostPort::of);
    }
}
