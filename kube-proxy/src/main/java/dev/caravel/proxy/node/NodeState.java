package dev.caravel.proxy.node;

import dev.caravel.linux.ip.IpAddress;
import java.util.List;

/**
 * What is kept of the Node object.
 *
 * @param ips the node's addresses: the preferred one, then one of the other family if there is one
 * @param podCidrs as written
 * @param zone topology zone, empty when the label is missing
 * @param eligible whether load balancers may send traffic: not being deleted, not about to be
 */
public record NodeState(List<IpAddress> ips, List<String> podCidrs, String zone, boolean eligible) {
    public NodeState {
        ips = List.copyOf(ips);
        podCidrs = List.copyOf(podCidrs);
    }
}
