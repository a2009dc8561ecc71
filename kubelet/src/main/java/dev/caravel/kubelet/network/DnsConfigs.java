package dev.caravel.kubelet.network;

import dev.caravel.cri.DnsConfig;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.event.PodEvent;
import dev.caravel.kubelet.facts.NodeFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodDNSConfigOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The resolver settings of a pod (contract 5.13). */
public final class DnsConfigs {
    private static final int MAX_SERVERS = 3;
    private static final int MAX_SEARCHES = 32;
    private static final int MAX_SEARCH_CHARS = 2048;
    private static final List<String> CLUSTER_OPTIONS = List.of("ndots:5");

    private DnsConfigs() {}

    /**
     * The settings and what people should hear about them.
     *
     * @param podEvents about the pod
     * @param nodeEvents about the node
     */
    public record Result(DnsConfig config, List<PodEvent> podEvents, List<PodEvent> nodeEvents) {
        public Result {
            podEvents = List.copyOf(podEvents);
            nodeEvents = List.copyOf(nodeEvents);
        }
    }

    /**
     * The settings for {@code pod}.
     *
     * @param host what the node's own file says
     */
    public static Result of(Pod pod, NodeFacts node, ResolvConf host) {
        List<PodEvent> podEvents = new ArrayList<>();
        List<PodEvent> nodeEvents = new ArrayList<>();
        DnsConfig base =
                switch (policy(pod)) {
                    case NONE -> new DnsConfig(List.of(), List.of(), List.of());
                    case CLUSTER -> {
                        if (node.dns().clusterDns().isEmpty()) {
                            tellMissing(pod, podEvents, nodeEvents);
                            yield ofHost(node, host);
                        }
                        yield ofCluster(pod, node, host);
                    }
                    case HOST -> ofHost(node, host);
                };
        DnsConfig merged = merge(base, pod.getSpec().getDnsConfig());
        return new Result(
                new DnsConfig(
                        cutServers(merged.servers(), podEvents),
                        cutSearches(merged.searches(), podEvents),
                        merged.options()),
                podEvents,
                nodeEvents);
    }

    /**
     * What is wrong with the node's file itself, for an event about the node at start.
     *
     * @param file its name, for the message
     */
    public static Optional<PodEvent> checkHost(String file, ResolvConf host, String clusterDomain) {
        int max = clusterDomain.isEmpty() ? MAX_SEARCHES : MAX_SEARCHES - 3;
        String problem = null;
        if (host.searches().size() > max) {
            problem =
                    "Resolv.conf file '%s' contains search line consisting of more than %d domains!"
                            .formatted(file, max);
        } else if (host.searches().stream().anyMatch(s -> s.length() > DnsNames.SUBDOMAIN_MAX)) {
            problem =
                    ("Resolv.conf file \"%s\" contains a search path which length is more than"
                                    + " allowed %d chars!")
                            .formatted(file, DnsNames.SUBDOMAIN_MAX);
        } else if (String.join(" ", host.searches()).length() > MAX_SEARCH_CHARS) {
            problem =
                    ("Resolv.conf file '%s' contains search line which length is more than allowed"
                                    + " %d chars!")
                            .formatted(file, MAX_SEARCH_CHARS);
        }
        return Optional.ofNullable(problem)
                .map(p -> PodEvent.ofPod(EventType.WARNING, "CheckLimitsForResolvConf", p));
    }

    private enum Policy {
        NONE,
        CLUSTER,
        HOST
    }

    private static Policy policy(Pod pod) {
        String policy = pod.getSpec().getDnsPolicy();
        return switch (policy == null ? "ClusterFirst" : policy) {
            case "None" -> Policy.NONE;
            case "Default" -> Policy.HOST;
            case "ClusterFirst" -> HostsFile.isHostNetwork(pod) ? Policy.HOST : Policy.CLUSTER;
            // ClusterFirstWithHostNet, and what the API server would not let pass
            default -> Policy.CLUSTER;
        };
    }

    private static DnsConfig ofCluster(Pod pod, NodeFacts node, ResolvConf host) {
        String domain = node.dns().clusterDomain();
        Set<String> searches = new LinkedHashSet<>();
        if (!domain.isEmpty()) {
            searches.add(pod.getMetadata().getNamespace() + ".svc." + domain);
            searches.add("svc." + domain);
            searches.add(domain);
        }
        searches.addAll(host.searches());
        return new DnsConfig(node.dns().clusterDns(), List.copyOf(searches), CLUSTER_OPTIONS);
    }

    /** With inheriting switched off a pod asks its own loopback, which is to say nobody. */
    private static DnsConfig ofHost(NodeFacts node, ResolvConf host) {
        if (node.dns().resolvConf().isPresent()) {
            return new DnsConfig(host.servers(), host.searches(), host.options());
        }
        List<String> servers =
                node.nodeIps().isEmpty()
                        ? List.of("127.0.0.1")
                        : node.nodeIps().stream()
                                .map(ip -> PodAddresses.isIpv6(ip) ? "::1" : "127.0.0.1")
                                .toList();
        return new DnsConfig(servers, List.of("."), List.of());
    }

    private static void tellMissing(Pod pod, List<PodEvent> podEvents, List<PodEvent> nodeEvents) {
        String text =
                "kubelet does not have ClusterDNS IP configured and cannot create Pod using"
                        + " \"ClusterFirst\" policy. Falling back to \"Default\" policy.";
        String who =
                pod.getMetadata().getName()
                        + "_"
                        + pod.getMetadata().getNamespace()
                        + "("
                        + pod.getMetadata().getUid()
                        + ")";
        nodeEvents.add(PodEvent.ofPod(EventType.WARNING, "MissingClusterDNS", text));
        podEvents.add(
                PodEvent.ofPod(
                        EventType.WARNING, "MissingClusterDNS", "pod: \"" + who + "\". " + text));
    }

    private static DnsConfig merge(DnsConfig base, @Nullable PodDNSConfig own) {
        if (own == null) {
            return base;
        }
        Set<String> servers = new LinkedHashSet<>(base.servers());
        servers.addAll(orEmpty(own.getNameservers()));
        Set<String> searches = new LinkedHashSet<>(base.searches());
        searches.addAll(orEmpty(own.getSearches()));
        Map<String, String> options = new LinkedHashMap<>();
        base.options().forEach(option -> options.put(ResolvConf.optionName(option), option));
        for (PodDNSConfigOption option : orEmpty(own.getOptions())) {
            boolean bare = option.getValue() == null || option.getValue().isEmpty();
            options.put(
                    option.getName(),
                    bare ? option.getName() : option.getName() + ":" + option.getValue());
        }
        return new DnsConfig(
                List.copyOf(servers), List.copyOf(searches), List.copyOf(options.values()));
    }

    private static List<String> cutServers(List<String> servers, List<PodEvent> events) {
        if (servers.size() <= MAX_SERVERS) {
            return servers;
        }
        List<String> kept = servers.subList(0, MAX_SERVERS);
        events.add(
                PodEvent.ofPod(
                        EventType.WARNING,
                        "DNSConfigForming",
                        "Nameserver limits were exceeded, some nameservers have been omitted, the"
                                + " applied nameserver line is: "
                                + String.join(" ", kept)));
        return kept;
    }

    /** By number, by length of each (longer ones abort glibc 2.28) and by length of the line. */
    private static List<String> cutSearches(List<String> searches, List<PodEvent> events) {
        List<String> kept =
                new ArrayList<>(searches.subList(0, Math.min(searches.size(), MAX_SEARCHES)));
        kept.removeIf(search -> search.length() > DnsNames.SUBDOMAIN_MAX);
        while (String.join(" ", kept).length() > MAX_SEARCH_CHARS) {
            kept.removeLast();
        }
        if (kept.size() < searches.size()) {
            events.add(
                    PodEvent.ofPod(
                            EventType.WARNING,
                            "DNSConfigForming",
                            "Search Line limits were exceeded, some search paths have been omitted,"
                                    + " the applied search line is: "
                                    + String.join(" ", kept)));
        }
        return kept;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
