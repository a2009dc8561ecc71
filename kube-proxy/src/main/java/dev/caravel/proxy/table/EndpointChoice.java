package dev.caravel.proxy.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which endpoints of a service port traffic may take (kube-proxy.md §3.5): ready ones, terminating
 * ones that still serve only when nothing is ready, narrowed by topology hints, and the node's own
 * for local traffic policies. Pure.
 */
public final class EndpointChoice {
    /** An endpoint with the port number its slice gives it. */
    record Candidate(SliceEndpoint endpoint, int port) {
        Endpoint target() {
            return new Endpoint(endpoint.ip(), port, endpoint.local());
        }
    }

    private static final Comparator<Endpoint> BY_ADDRESS =
            Comparator.comparing(Endpoint::ip).thenComparingInt(Endpoint::port);

    private EndpointChoice() {}

    /**
     * The lists for one port.
     *
     * @param slices all slices of the service
     */
    public static EndpointLists choose(
            ServiceEntry service, ServicePort port, List<SliceEntry> slices, NodeFacts node) {
        List<Candidate> candidates = candidates(port, slices);
        boolean any = false;
        for (Candidate candidate : candidates) {
            any |= candidate.endpoint.ready() || candidate.endpoint.servingTerminating();
        }
        if (!any) {
            return EndpointLists.NONE;
        }
        List<Endpoint> cluster =
                service.usesClusterEndpoints(port) ? cluster(candidates, node) : List.of();
        List<Endpoint> local =
                service.usesLocalEndpoints(port)
                        ? readyOrServing(candidates, SliceEndpoint::local)
                        : List.of();
        return new EndpointLists(cluster, local, true);
    }

    /** Endpoints of the port that still answer, wherever they are: what connections may keep. */
    public static List<Endpoint> serving(ServicePort port, List<SliceEntry> slices) {
        return sorted(candidates(port, slices), SliceEndpoint::serving);
    }

    /** Addresses on this node that are ready for any port, for load balancers' health checks. */
    public static int localReadyAddresses(List<SliceEntry> slices) {
        return (int)
                slices.stream()
                        .filter(slice -> !slice.ports().isEmpty())
                        .flatMap(slice -> slice.endpoints().stream())
                        .filter(endpoint -> endpoint.local() && endpoint.ready())
                        .map(SliceEndpoint::ip)
                        .distinct()
                        .count();
    }

    /**
     * All endpoints of the port, one for each address and port. While an endpoint moves between
     * slices, or its address has already been given to another pod, there are two; one that does
     * not terminate is preferred.
     */
    private static List<Candidate> candidates(ServicePort wanted, List<SliceEntry> slices) {
        Map<Endpoint, Candidate> found = new HashMap<>();
        for (SliceEntry slice : slices) {
            for (SlicePort port : slice.ports()) {
                if (!port.name().equals(wanted.name()) || port.protocol() != wanted.protocol()) {
                    continue;
                }
                for (SliceEndpoint endpoint : slice.endpoints()) {
                    Endpoint identity = new Endpoint(endpoint.ip(), port.port(), false);
                    if (!endpoint.terminating() || !found.containsKey(identity)) {
                        found.put(identity, new Candidate(endpoint, port.port()));
                    }
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    private static List<Endpoint> cluster(List<Candidate> candidates, NodeFacts node) {
        Predicate<SliceEndpoint> near = topology(candidates, node);
        List<Endpoint> ready =
                sorted(candidates, endpoint -> endpoint.ready() && near.test(endpoint));
        return ready.isEmpty() ? sorted(candidates, SliceEndpoint::servingTerminating) : ready;
    }

    private static List<Endpoint> readyOrServing(
            List<Candidate> candidates, Predicate<SliceEndpoint> filter) {
        List<Endpoint> ready = sorted(candidates, filter.and(SliceEndpoint::ready));
        return ready.isEmpty()
                ? sorted(candidates, filter.and(SliceEndpoint::servingTerminating))
                : ready;
    }

    /** Hints count only when every ready endpoint has one and at least one names us. */
    private static Predicate<SliceEndpoint> topology(List<Candidate> candidates, NodeFacts node) {
        boolean allNodes = true;
        boolean allZones = true;
        boolean ourNode = false;
        boolean ourZone = false;
        for (Candidate candidate : candidates) {
            SliceEndpoint endpoint = candidate.endpoint;
            if (endpoint.ready()) {
                allNodes &= !endpoint.nodeHints().isEmpty();
                allZones &= !endpoint.zoneHints().isEmpty();
                ourNode |= endpoint.nodeHints().contains(node.name());
                ourZone |= endpoint.zoneHints().contains(node.zone());
            }
        }
        if (allNodes && ourNode) {
            return endpoint -> endpoint.nodeHints().contains(node.name());
        }
        if (allZones && ourZone) {
            return endpoint -> endpoint.zoneHints().contains(node.zone());
        }
        return endpoint -> true;
    }

    private static List<Endpoint> sorted(
            List<Candidate> candidates, Predicate<SliceEndpoint> filter) {
        List<Endpoint> chosen = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (filter.test(candidate.endpoint)) {
                chosen.add(candidate.target());
            }
        }
        chosen.sort(BY_ADDRESS);
        return chosen;
    }
}
