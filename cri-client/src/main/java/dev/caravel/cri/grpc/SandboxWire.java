package dev.caravel.cri.grpc;

import dev.caravel.cri.DnsConfig;
import dev.caravel.cri.LinuxSandboxConfig;
import dev.caravel.cri.NamespaceOptions;
import dev.caravel.cri.PortMapping;
import dev.caravel.cri.Sandbox;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxFilter;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.SandboxState;
import dev.caravel.cri.SandboxStatus;
import dev.caravel.proto.cri.DNSConfig;
import dev.caravel.proto.cri.LinuxPodSandboxConfig;
import dev.caravel.proto.cri.PodIP;
import dev.caravel.proto.cri.PodSandbox;
import dev.caravel.proto.cri.PodSandboxConfig;
import dev.caravel.proto.cri.PodSandboxFilter;
import dev.caravel.proto.cri.PodSandboxMetadata;
import dev.caravel.proto.cri.PodSandboxNetworkStatus;
import dev.caravel.proto.cri.PodSandboxState;
import dev.caravel.proto.cri.PodSandboxStateValue;
import dev.caravel.proto.cri.PodSandboxStatus;
import dev.caravel.proto.cri.PodSandboxStatusResponse;
import dev.caravel.proto.cri.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sandboxes on the wire. */
final class SandboxWire {
    private SandboxWire() {}

    static PodSandboxConfig toWire(SandboxConfig config) {
        var wire =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName(config.metadata().name())
                                        .setNamespace(config.metadata().namespace())
                                        .setUid(config.metadata().uid())
                                        .setAttempt(config.metadata().attempt()))
                        .setHostname(config.hostname())
                        .setLogDirectory(config.logDirectory())
                        .putAllLabels(config.labels())
                        .putAllAnnotations(config.annotations());
        config.dnsConfig().ifPresent(dns -> wire.setDnsConfig(toWire(dns)));
        config.portMappings().forEach(port -> wire.addPortMappings(toWire(port)));
        config.linux().ifPresent(linux -> wire.setLinux(toWire(linux)));
        return wire.build();
    }

    private static DNSConfig toWire(DnsConfig dns) {
        return DNSConfig.newBuilder()
                .addAllServers(dns.servers())
                .addAllSearches(dns.searches())
                .addAllOptions(dns.options())
                .build();
    }

    private static dev.caravel.proto.cri.PortMapping toWire(PortMapping port) {
        var protocol =
                switch (port.protocol()) {
                    case TCP -> Protocol.TCP;
                    case UDP -> Protocol.UDP;
                    case SCTP -> Protocol.SCTP;
                };
        return dev.caravel.proto.cri.PortMapping.newBuilder()
                .setProtocol(protocol)
                .setContainerPort(port.containerPort())
                .setHostPort(port.hostPort())
                .setHostIp(port.hostIp())
                .build();
    }

    private static LinuxPodSandboxConfig toWire(LinuxSandboxConfig linux) {
        var wire =
                LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(linux.cgroupParent())
                        .putAllSysctls(linux.sysctls());
        linux.securityContext().ifPresent(s -> wire.setSecurityContext(SecurityWire.toWire(s)));
        linux.overhead().ifPresent(r -> wire.setOverhead(ResourcesWire.toWire(r)));
        linux.resources().ifPresent(r -> wire.setResources(ResourcesWire.toWire(r)));
        return wire.build();
    }

    static PodSandboxFilter toWire(SandboxFilter filter) {
        var wire = PodSandboxFilter.newBuilder().putAllLabelSelector(filter.labelSelector());
        filter.id().ifPresent(wire::setId);
        filter.state()
                .ifPresent(state ->
                        wire.setState(
                                PodSandboxStateValue.newBuilder()
                                        .setState(
                                                switch (state) {
                                                    case READY -> PodSandboxState.SANDBOX_READY;
                                                    case NOT_READY ->
                                                            PodSandboxState.SANDBOX_NOTREADY;
                                                })));
        return wire.build();
    }

    static Sandbox read(PodSandbox sandbox) {
        return new Sandbox(
                Answer.id("sandbox id", sandbox.getId()),
                metadata(sandbox.hasMetadata(), sandbox.getMetadata()),
                read(sandbox.getState()),
                Answer.time("created_at", sandbox.getCreatedAt()),
                sandbox.getLabelsMap(),
                sandbox.getAnnotationsMap(),
                sandbox.getRuntimeHandler());
    }

    static SandboxStatus read(PodSandboxStatusResponse answer) {
        if (!answer.hasStatus()) {
            throw new Answer.Unusable("status is not set");
        }
        var containers =
                answer.getContainersStatusesList().stream()
                        .map(c -> ContainerWire.read(c, Map.of()))
                        .toList();
        var status = read(answer.getStatus());
        return new SandboxStatus(
                status.id(),
                status.metadata(),
                status.state(),
                status.createdAt(),
                status.ips(),
                status.namespaces(),
                status.labels(),
                status.annotations(),
                status.runtimeHandler(),
                containers,
                Answer.timeIfSet("timestamp", answer.getTimestamp()),
                answer.getInfoMap());
    }

    /** The status as an event carries it: without containers, time and info. */
    static SandboxStatus read(PodSandboxStatus status) {
        Optional<NamespaceOptions> namespaces =
                status.hasLinux()
                                && status.getLinux().hasNamespaces()
                                && status.getLinux().getNamespaces().hasOptions()
                        ? Optional.of(
                                SecurityWire.read(status.getLinux().getNamespaces().getOptions()))
                        : Optional.empty();
        return new SandboxStatus(
                Answer.id("sandbox id", status.getId()),
                metadata(status.hasMetadata(), status.getMetadata()),
                read(status.getState()),
                Answer.knownTime("created_at", status.getCreatedAt()),
                ips(status.getNetwork()),
                namespaces,
                status.getLabelsMap(),
                status.getAnnotationsMap(),
                status.getRuntimeHandler(),
                List.of(),
                Optional.empty(),
                Map.of());
    }

    static SandboxMetadata metadata(boolean present, PodSandboxMetadata metadata) {
        if (!present) {
            throw new Answer.Unusable("metadata is not set");
        }
        return new SandboxMetadata(
                Answer.present("metadata.name", metadata.getName()),
                Answer.present("metadata.namespace", metadata.getNamespace()),
                Answer.present("metadata.uid", metadata.getUid()),
                Answer.count("metadata.attempt", metadata.getAttempt()));
    }

    /**
     * Anything but ready means the sandbox has to be made again, so an unknown state counts as not
     * ready.
     */
    private static SandboxState read(PodSandboxState state) {
        return switch (state) {
            case SANDBOX_READY -> SandboxState.READY;
            case SANDBOX_NOTREADY, UNRECOGNIZED -> SandboxState.NOT_READY;
        };
    }

    private static List<String> ips(PodSandboxNetworkStatus network) {
        var ips = new ArrayList<String>();
        if (!network.getIp().isEmpty()) {
            ips.add(literal(network.getIp()));
        }
        for (PodIP additional : network.getAdditionalIpsList()) {
            ips.add(literal(additional.getIp()));
        }
        return ips;
    }

    private static String literal(String ip) {
        try {
            InetAddress.ofLiteral(ip);
        } catch (IllegalArgumentException _) {
            throw new Answer.Unusable("\"" + ip + "\" is no IP address");
        }
        return ip;
    }
}
