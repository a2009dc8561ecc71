package dev.caravel.proxy.watch;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServicePort;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Services to entries (kube-proxy.md §3.2). */
public final class ServiceMapping {
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private static final int MAX_PORT = 65_535;

    private final boolean externalIps;
    private final Complaints complaints;

    /**
     * A mapping.
     *
     * @param externalIps whether the addresses Services list themselves are served (feature gate
     *     AllowServiceExternalIPs)
     */
    public ServiceMapping(boolean externalIps, Complaints complaints) {
        this.externalIps = externalIps;
        this.complaints = complaints;
    }

    /** What both families keep of a Service; empty when neither has anything to do with it. */
    public Optional<FamilyEntries> map(Service service) {
        Set<String> problems = new LinkedHashSet<>();
        FamilyEntries entries =
                new FamilyEntries(
                        entry(service, IpFamily.IPV4, problems),
                        entry(service, IpFamily.IPV6, problems));
        String namespace = service.getMetadata().getNamespace();
        String name = service.getMetadata().getName();
        problems.forEach(problem -> complaints.about("Service", namespace, name, problem));
        return entries.ipv4().isEmpty() && entries.ipv6().isEmpty()
                ? Optional.empty()
                : Optional.of(entries);
    }

    private Optional<ServiceEntry> entry(Service service, IpFamily family, Set<String> problems) {
        ServiceSpec spec = service.getSpec();
        if (spec == null || "ExternalName".equals(spec.getType())) {
            return Optional.empty();
        }
        ServiceKey key =
                new ServiceKey(
                        service.getMetadata().getNamespace().intern(),
                        service.getMetadata().getName().intern());
        return clusterIp(spec, family)
                .flatMap(IpAddress::parse)
                .filter(ip -> ip.family() == family)
                .map(ip -> entry(key, ip, service, spec, problems));
    }

    private ServiceEntry entry(
            ServiceKey key, IpAddress ip, Service service, ServiceSpec spec, Set<String> problems) {
        IpFamily family = ip.family();
        List<IpAddress> listed = addresses(spec.getExternalIPs(), family, problems);
        boolean outside =
                "NodePort".equals(spec.getType())
                        || "LoadBalancer".equals(spec.getType())
                        || (spec.getExternalIPs() != null && !spec.getExternalIPs().isEmpty());
        boolean externalLocal = outside && "Local".equals(spec.getExternalTrafficPolicy());
        return new ServiceEntry(
                key,
                ip,
                externalIps ? listed : List.of(),
                !listed.isEmpty(),
                ingress(service, family, problems),
                sourceRanges(spec, family, problems),
                "Local".equals(spec.getInternalTrafficPolicy()),
                externalLocal,
                affinity(spec),
                healthCheckNodePort(spec, externalLocal, problems),
                createdAt(service),
                ports(spec, problems));
    }

    /** Objects from the API server all say it; anything else counts as very old. */
    private static long createdAt(Service service) {
        String text = service.getMetadata().getCreationTimestamp();
        try {
            return text == null ? 0 : Instant.parse(text).getEpochSecond();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    static boolean isPort(int number) {
        return number > 0 && number <= MAX_PORT;
    }

    private static Optional<String> clusterIp(ServiceSpec spec, IpFamily family) {
        List<String> families = spec.getIpFamilies();
        if (families == null || families.isEmpty()) {
            return Optional.ofNullable(spec.getClusterIP());
        }
        int at = families.indexOf(family.label());
        List<String> ips = spec.getClusterIPs();
        return at < 0 || ips == null || at >= ips.size()
                ? Optional.empty()
                : Optional.of(ips.get(at));
    }

    private static List<IpAddress> addresses(
            @Nullable List<String> texts, IpFamily family, Set<String> problems) {
        if (texts == null || texts.isEmpty()) {
            return List.of();
        }
        List<IpAddress> found = new ArrayList<>();
        for (String text : texts) {
            Optional<IpAddress> ip = IpAddress.parse(text);
            if (ip.isEmpty()) {
                problems.add(text + " is no IP address; leaving it out");
            }
            ip.filter(address -> address.family() == family)
                    .filter(address -> !address.isUnspecified())
                    .ifPresent(found::add);
        }
        return found;
    }

    /** Addresses that traffic arrives with; a load balancer that is a proxy itself uses others. */
    private static List<IpAddress> ingress(Service service, IpFamily family, Set<String> problems) {
        if (service.getStatus() == null
                || service.getStatus().getLoadBalancer() == null
                || service.getStatus().getLoadBalancer().getIngress() == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (LoadBalancerIngress ingress : service.getStatus().getLoadBalancer().getIngress()) {
            String mode = ingress.getIpMode();
            if (ingress.getIp() != null
                    && !ingress.getIp().isEmpty()
                    && (mode == null || mode.equals("VIP"))) {
                texts.add(ingress.getIp());
            }
        }
        return addresses(texts, family, problems);
    }

    /** A range of everything means no limit at all. */
    private static List<IpPrefix> sourceRanges(
            ServiceSpec spec, IpFamily family, Set<String> problems) {
        List<String> texts = spec.getLoadBalancerSourceRanges();
        if (texts == null || texts.isEmpty()) {
            return List.of();
        }
        List<IpPrefix> ranges = new ArrayList<>();
        for (String text : texts) {
            Optional<IpPrefix> range = IpPrefix.parse(text.strip());
            if (range.isEmpty()) {
                problems.add(text + " is no CIDR; leaving it out");
            }
            range.filter(prefix -> prefix.family() == family).ifPresent(ranges::add);
        }
        return ranges.stream().anyMatch(range -> range.length() == 0) ? List.of() : ranges;
    }

    private static int affinity(ServiceSpec spec) {
        if (!"ClientIP".equals(spec.getSessionAffinity())) {
            return 0;
        }
        var config = spec.getSessionAffinityConfig();
        Integer seconds =
                config == null || config.getClientIP() == null
                        ? null
                        : config.getClientIP().getTimeoutSeconds();
        return seconds == null || seconds <= 0 ? DEFAULT_AFFINITY_SECONDS : seconds;
    }

    private static int healthCheckNodePort(
            ServiceSpec spec, boolean externalLocal, Set<String> problems) {
        if (!externalLocal || !"LoadBalancer".equals(spec.getType())) {
            return 0;
        }
        Integer port = spec.getHealthCheckNodePort();
        if (port == null || port == 0) {
            problems.add("it has no healthCheckNodePort; load balancers cannot ask for endpoints");
            return 0;
        }
        return port;
    }

    private static List<ServicePort> ports(ServiceSpec spec, Set<String> problems) {
        List<ServicePort> ports = new ArrayList<>();
        if (spec.getPorts() == null) {
            return ports;
        }
        for (io.fabric8.kubernetes.api.model.ServicePort port : spec.getPorts()) {
            String protocolName = port.getProtocol() == null ? "TCP" : port.getProtocol();
            Optional<Protocol> protocol = Protocol.of(protocolName);
            int nodePort = port.getNodePort() == null ? 0 : port.getNodePort();
            if (protocol.isEmpty()
                    || port.getPort() == null
                    || !isPort(port.getPort())
                    || (nodePort != 0 && !isPort(nodePort))) {
                problems.add(
                        String.format(
                                "port %s/%s with node port %d cannot be served; leaving it out",
                                port.getPort(), protocolName, nodePort));
                continue;
            }
            ports.add(
                    new ServicePort(
                            port.getName() == null ? "" : port.getName().intern(),
                            protocol.get(),
                            port.getPort(),
                            nodePort));
        }
        return ports;
    }
}
