package dev.caravel.proxy.table;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The endpoints of one service port that packets may take from this node. Position in a list is the
 * index a random number picks.
 *
 * @param cluster for traffic that may leave the node
 * @param local for traffic that must not
 * @param any whether any node has an endpoint
 */
public record EndpointLists(List<Endpoint> cluster, List<Endpoint> local, boolean any) {
    /** Nothing anywhere. */
    public static final EndpointLists NONE = new EndpointLists(List.of(), List.of(), false);

    public EndpointLists {
        cluster = List.copyOf(cluster);
        local = List.copyOf(local);
    }

    /** Every endpoint of either list, once. */
    public List<Endpoint> reachable() {
        if (local.isEmpty()) {
            return cluster;
        }
        Set<Endpoint> all = new LinkedHashSet<>(cluster);
        all.addAll(local);
        return new ArrayList<>(all);
    }

    /**
     * The same endpoints in positions that differ least from {@code before}: who stays keeps its
     * index, newcomers fill the gaps, the last ones move into gaps that are left. So a change of
     * one endpoint is a change of one or two map elements, however many there are.
     */
    public EndpointLists arrangedLike(EndpointLists before) {
        return new EndpointLists(
                arrange(before.cluster, cluster), arrange(before.local, local), any);
    }

    private static List<Endpoint> arrange(List<Endpoint> before, List<Endpoint> wanted) {
        if (before.isEmpty() || wanted.isEmpty() || before.equals(wanted)) {
            return wanted;
        }
        Set<Endpoint> waiting = new LinkedHashSet<>(wanted);
        Endpoint[] places = new Endpoint[wanted.size()];
        for (int i = 0; i < Math.min(places.length, before.size()); i++) {
            if (waiting.remove(before.get(i))) {
                places[i] = before.get(i);
            }
        }
        var next = waiting.iterator();
        for (int i = 0; i < places.length; i++) {
            if (places[i] == null) {
                places[i] = next.next();
            }
        }
        return List.of(places);
    }
}
