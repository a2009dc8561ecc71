package dev.caravel.kubelet.node;

import io.fabric8.kubernetes.api.model.NodeAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the addresses the Node shows (contract §6.2). The choice is pure; what it asks of the
 * host comes through {@link HostNetwork}.
 */
public final class NodeAddresses {
    private NodeAddresses() {}

    /** What the choice may ask. Each answer is empty rather than an exception. */
    public interface HostNetwork {
        /** All addresses of all interfaces. */
        Set<InetAddress> interfaceAddresses();

        /** Addresses the resolver has for a name, in its order. */
        List<InetAddress> resolve(String name);

        /**
         * A global address of the interface that holds the default route.
         *
         * @param sixFirst whether an IPv6 route counts before an IPv4 one
         */
        Optional<InetAddress> defaultRouteAddress(boolean sixFirst);
    }

    /** What came of it. */
    public sealed interface Choice {
        /** These are to be shown. */
        record Chosen(List<NodeAddress> addresses) implements Choice {
            public Chosen {
                addresses = List.copyOf(addresses);
            }
        }

        /** A cloud controller owns the addresses: leave them. */
        record LeftToCloud() implements Choice {}

        /** None could be found. */
        record Failed(String why) implements Choice {}
    }

    /**
     * Chooses.
     *
     * @param existing addresses the API shows already
     */
    public static Choice choose(NodeIdentity identity, boolean existing, HostNetwork host) {
        List<InetAddress> given = identity.nodeIps();
        Optional<InetAddress> primary = given.stream().findFirst();
        boolean specified = specified(given);
        if (specified) {
            Set<InetAddress> here = host.interfaceAddresses();
            for (InetAddress ip : given) {
                Optional<String> problem =
                        ip.isAnyLocalAddress() ? Optional.empty() : problem(ip, here);
                if (problem.isPresent()) {
                    return new Choice.Failed("--node-ip " + problem.get());
                }
            }
        }
        if (identity.externalCloud()) {
            if (existing) {
                return new Choice.LeftToCloud();
            }
            if (primary.isEmpty()) {
                return chosen(identity, List.of());
            }
        }
        if (specified && given.size() > 1 && !given.get(1).isAnyLocalAddress()) {
            return chosen(identity, given.subList(0, 2));
        }
        if (specified) {
            return chosen(identity, given.subList(0, 1));
        }
        boolean six = primary.filter(ip -> !(ip instanceof Inet4Address)).isPresent();
        return found(identity, six, host)
                .<Choice>map(ip -> chosen(identity, List.of(ip)))
                .orElseGet(() ->
                        new Choice.Failed(
                                "no usable address for node "
                                        + identity.nodeName()
                                        + ": its name does not resolve to an address of"
                                        + " this machine and there is no default route"));
    }

    private static Optional<InetAddress> found(
            NodeIdentity identity, boolean six, HostNetwork host) {
        Optional<InetAddress> literal = literal(identity.hostname());
        if (literal.isPresent()) {
            return literal;
        }
        Set<InetAddress> here = host.interfaceAddresses();
        Optional<InetAddress> otherFamily = Optional.empty();
        for (InetAddress ip : host.resolve(identity.nodeName())) {
            if (problem(ip, here).isPresent()) {
                continue;
            }
            if (ip instanceof Inet4Address != six) {
                return Optional.of(ip);
            }
            if (otherFamily.isEmpty()) {
                otherFamily = Optional.of(ip);
            }
        }
        return otherFamily.isPresent() ? otherFamily : host.defaultRouteAddress(six);
    }

    private static Choice chosen(NodeIdentity identity, List<InetAddress> ips) {
        List<NodeAddress> addresses = new ArrayList<>();
        ips.forEach(ip -> addresses.add(new NodeAddress(text(ip), "InternalIP")));
        addresses.add(new NodeAddress(identity.hostname(), "Hostname"));
        return new Choice.Chosen(addresses);
    }

    private static Optional<String> problem(InetAddress ip, Set<InetAddress> here) {
        String text = text(ip);
        if (ip.isLoopbackAddress()) {
            return Optional.of(text + " is a loopback address");
        }
        if (ip.isMulticastAddress()) {
            return Optional.of(text + " is a multicast address");
        }
        if (ip.isLinkLocalAddress()) {
            return Optional.of(text + " is a link-local address");
        }
        if (ip.isAnyLocalAddress()) {
            return Optional.of(text + " is no single address");
        }
        return here.contains(ip)
                ? Optional.empty()
                : Optional.of(text + " is on no interface of this machine");
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException aName) {
            return Optional.empty();
        }
    }

    /** Whether the first address is a real one rather than a preference for a family. */
    static boolean specified(List<InetAddress> nodeIps) {
        return !nodeIps.isEmpty() && !nodeIps.getFirst().isAnyLocalAddress();
    }

    /** The real ones among {@code nodeIps}, joined by a comma. */
    static String text(List<InetAddress> nodeIps) {
        return String.join(
                ",",
                nodeIps.stream()
                        .filter(ip -> !ip.isAnyLocalAddress())
                        .map(NodeAddresses::text)
                        .toList());
    }

    /** An address as Go prints it: IPv6 with its longest run of zeros as {@code ::}. */
    static String text(InetAddress ip) {
        return IpText.of(ip);
    }
}
