package dev.caravel.kubelet.facts;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Resolver settings of the node.
 *
 * @param clusterDns addresses of the cluster's DNS service; empty when none is configured
 * @param clusterDomain e.g. {@code cluster.local}; empty when none
 * @param resolvConf the file whose settings pods inherit; empty when inheriting is switched off
 */
public record DnsFacts(List<String> clusterDns, String clusterDomain, Optional<Path> resolvConf) {
    public DnsFacts {
        clusterDns = List.copyOf(clusterDns);
    }
}
