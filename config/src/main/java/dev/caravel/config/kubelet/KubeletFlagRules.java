package dev.caravel.config.kubelet;

import dev.caravel.config.Complaint;
import dev.caravel.config.IpAddress;
import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.Names;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rules for the flags that are in no file (contract §1.5). */
final class KubeletFlagRules {

    private static final Set<String> ALLOWED_LABELS =
            Set.of(
                    "kubernetes.io/hostname",
                    "topology.kubernetes.io/zone",
                    "topology.kubernetes.io/region",
                    "failure-domain.beta.kubernetes.io/zone",
                    "failure-domain.beta.kubernetes.io/region",
                    "beta.kubernetes.io/instance-type",
                    "node.kubernetes.io/instance-type",
                    "kubernetes.io/os",
                    "kubernetes.io/arch",
                    "beta.kubernetes.io/os",
                    "beta.kubernetes.io/arch");
    private static final List<String> OUR_DOMAINS = List.of("kubernetes.io", "k8s.io");
    private static final List<String> OPEN_DOMAINS =
            List.of("kubelet.kubernetes.io", "node.kubernetes.io");

    private KubeletFlagRules() {}

    static List<Complaint> complaints(KubeletFlags flags) {
        List<Complaint> complaints = new ArrayList<>();
        flags.nodeLabels()
                .forEach((key, value) ->
                        label(key, value)
                                .ifPresent(problem ->
                                        add(
                                                complaints,
                                                "--node-labels",
                                                key + "=" + value + " " + problem)));
        nodeIp(flags.nodeIp()).ifPresent(problem -> add(complaints, "--node-ip", problem));
        if (!flags.cloudProvider().isEmpty() && !flags.cloudProvider().equals("external")) {
            add(
                    complaints,
                    "--cloud-provider",
                    "must be external or empty, is " + flags.cloudProvider());
        }
        if (!flags.hostnameOverride().isEmpty() && flags.hostnameOverride().isBlank()) {
            add(complaints, "--hostname-override", "must not be blank");
        }
        KubernetesVersion.problemWith(flags.reportedVersion())
                .ifPresent(problem -> add(complaints, "--version", problem));
        return complaints;
    }

    /** Addresses that are none are left out, as upstream does; the node still comes up. */
    static List<Warning> warnings(KubeletFlags flags) {
        List<Warning> warnings = new ArrayList<>();
        for (String address : addresses(flags.nodeIp())) {
            if (IpAddress.parse(address).isEmpty()) {
                warnings.add(
                        new Warning(
                                new Origin.OnFlag("--node-ip"),
                                "\"" + address + "\" is not an IP address; ignored"));
            }
        }
        return warnings;
    }

    private static void add(List<Complaint> complaints, String flag, String problem) {
        complaints.add(Complaint.about(new Origin.OnFlag(flag), problem));
    }

    private static Optional<String> label(String key, String value) {
        int slash = key.indexOf('/');
        String domain = slash < 0 ? "" : key.substring(0, slash);
        if (within(domain, OUR_DOMAINS)
                && !within(domain, OPEN_DOMAINS)
                && !ALLOWED_LABELS.contains(key)) {
            return Optional.of(
                    "is reserved: labels of kubernetes.io and k8s.io must be under "
                            + String.join(" or ", OPEN_DOMAINS)
                            + " or one of "
                            + String.join(", ", ALLOWED_LABELS.stream().sorted().toList()));
        }
        if (!Names.isQualifiedName(key)) {
            return Optional.of("has a key that is not a qualified name");
        }
        return Names.isLabelValue(value)
                ? Optional.empty()
                : Optional.of("has a value that is not a label value");
    }

    private static boolean within(String domain, List<String> parents) {
        return parents.stream()
                .anyMatch(parent -> domain.equals(parent) || domain.endsWith("." + parent));
    }

    private static Optional<String> nodeIp(String text) {
        List<InetAddress> addresses =
                addresses(text).stream()
                        .flatMap(address -> IpAddress.parse(address).stream())
                        .toList();
        if (addresses.size() < 2) {
            return Optional.empty();
        }
        boolean pair =
                addresses.size() == 2 && addresses.get(0).getClass() != addresses.get(1).getClass();
        if (!pair) {
            return Optional.of("must be one IP address or a dual-stack pair");
        }
        return addresses.stream().anyMatch(InetAddress::isAnyLocalAddress)
                ? Optional.of("a dual-stack pair cannot hold 0.0.0.0 or ::")
                : Optional.empty();
    }

    private static List<String> addresses(String text) {
        return text.isEmpty()
                ? List.of()
                : List.of(text.split(",", -1)).stream().map(String::strip).toList();
    }
}
