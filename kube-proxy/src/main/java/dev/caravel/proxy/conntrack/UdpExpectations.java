package dev.caravel.proxy.conntrack;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.conntrack.ConntrackEntry;
import dev.caravel.linux.netlink.conntrack.ConntrackTuple;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.Protocol;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the flows to some UDP frontends may go. Pure.
 *
 * <p>Unlike Go's kube-proxy it knows frontends that have no endpoint left and frontends that are
 * gone, and it does not take a flow to a foreign host for one to a node port.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/issues/139628">k/k 139628</a>
 */
public final class UdpExpectations {
    private final IpFamily family;
    private final Set<IpAddress> nodeAddresses;
    private final Map<Frontend, Set<Endpoint>> serving = new HashMap<>();
    private final Set<Frontend> gone = new HashSet<>();

    /**
     * No expectations yet.
     *
     * @param nodeAddresses where node ports can be reached
     */
    public UdpExpectations(IpFamily family, Set<IpAddress> nodeAddresses) {
        this.family = family;
        this.nodeAddresses = Set.copyOf(nodeAddresses);
    }

    /** Flows to the frontend may go to any of these and nowhere else. */
    public void serves(Frontend frontend, List<Endpoint> endpoints) {
        Set<Endpoint> all = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            all.add(new Endpoint(endpoint.ip(), endpoint.port(), false));
        }
        serving.put(frontend, all);
        gone.remove(frontend);
    }

    /** Nobody serves the frontend any more. */
    public void gone(Frontend frontend) {
        if (!serving.containsKey(frontend)) {
            gone.add(frontend);
        }
    }

    /** Whether nothing is expected of any flow. */
    public boolean isEmpty() {
        return serving.isEmpty() && gone.isEmpty();
    }

    /** Whether the flow goes where it must not, so that the next packet should begin a new one. */
    public boolean stale(ConntrackEntry entry) {
        ConntrackTuple original = entry.original();
        if (original.protocol() != Protocol.UDP.number()) {
            return false;
        }
        Frontend direct =
                new Frontend(original.destination(), Protocol.UDP, original.destinationPort());
        if (serving.containsKey(direct) || gone.contains(direct)) {
            return stale(entry, direct);
        }
        return nodeAddresses.contains(original.destination())
                && stale(
                        entry, Frontend.nodePort(family, Protocol.UDP, original.destinationPort()));
    }

    private boolean stale(ConntrackEntry entry, Frontend frontend) {
        ConntrackTuple reply = entry.reply();
        Set<Endpoint> allowed = serving.get(frontend);
        if (allowed != null) {
            return !allowed.contains(new Endpoint(reply.source(), reply.sourcePort(), false));
        }
        // Without translation it never went to an endpoint of ours.
        boolean translated = !reply.source().equals(entry.original().destination());
        return translated && gone.contains(frontend);
    }
}
