package dev.caravel.proxy.node;

import dev.caravel.linux.ip.IpAddress;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes to what is kept of them (kube-proxy.md §2.2). */
public final class NodeMapping {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler";

    private NodeMapping() {}

    /** What is kept of a Node. */
    public static Optional<NodeState> map(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        List<String> podCidrs =
                node.getSpec() == null || node.getSpec().getPodCIDRs() == null
                        ? List.of()
                        : node.getSpec().getPodCIDRs();
        return Optional.of(
                new NodeState(
                        hostIps(addresses(node)),
                        podCidrs,
                        labels == null ? "" : labels.getOrDefault(ZONE, ""),
                        eligible(node)));
    }

    /** Internal addresses before external ones; others do not count. */
    private static List<IpAddress> addresses(Node node) {
        List<IpAddress> internal = new ArrayList<>();
        List<IpAddress> external = new ArrayList<>();
        if (node.getStatus() != null && node.getStatus().getAddresses() != null) {
            for (NodeAddress address : node.getStatus().getAddresses()) {
                Optional<IpAddress> ip =
                        Optional.ofNullable(address.getAddress()).flatMap(IpAddress::parse);
                if ("InternalIP".equals(address.getType())) {
                    ip.ifPresent(internal::add);
                } else if ("ExternalIP".equals(address.getType())) {
                    ip.ifPresent(external::add);
                }
            }
        }
        internal.addAll(external);
        return internal;
    }

    private static List<IpAddress> hostIps(List<IpAddress> all) {
        if (all.isEmpty()) {
            return List.of();
        }
        List<IpAddress> chosen = new ArrayList<>();
        chosen.add(all.getFirst());
        all.stream()
                .filter(ip -> ip.family() != all.getFirst().family())
                .findFirst()
                .ifPresent(chosen::add);
        return chosen;
    }

    private static boolean eligible(Node node) {
        if (node.getMetadata().getDeletionTimestamp() != null) {
            return false;
        }
        List<Taint> taints = node.getSpec() == null ? null : node.getSpec().getTaints();
        return taints == null
                || taints.stream().noneMatch(taint -> TO_BE_DELETED.equals(taint.getKey()));
    }
}
