package dev.caravel.proxy.node;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.compile.NodePortAddresses;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The configured {@code nodePortAddresses} of one family, keywords replaced (kube-proxy.md §3.7).
 *
 * @param ranges addresses inside accept node port traffic; never empty
 */
public record NodePortRanges(IpFamily family, List<IpPrefix> ranges) {
    public NodePortRanges {
        ranges = List.copyOf(ranges);
    }

    /** Replaces keywords and keeps what belongs to the family; nothing left means everything. */
    public static NodePortRanges of(IpFamily family, List<String> configured, NodeIps nodeIps) {
        List<IpPrefix> ranges = new ArrayList<>();
        for (String text : configured) {
            switch (text) {
                case "primary" -> {
                    IpAddress ip = nodeIps.of(family);
                    if (!ip.isLoopback()) {
                        ranges.add(IpPrefix.single(ip));
                    }
                }
                case "localhost" ->
                        ranges.add(
                                IpPrefix.literal(
                                        family == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128"));
                case "all" -> ranges.add(IpPrefix.all(family));
                default ->
                        IpPrefix.parse(text)
                                .filter(range -> range.family() == family)
                                .ifPresent(ranges::add);
            }
        }
        return new NodePortRanges(
                family, ranges.isEmpty() ? List.of(IpPrefix.all(family)) : ranges);
    }

    /** Whether every local address accepts node port traffic. */
    public boolean everything() {
        return ranges.stream().anyMatch(range -> range.length() == 0);
    }

    /**
     * The addresses of this host that accept node port traffic now.
     *
     * @param local all addresses of this host
     * @param loopback whether loopback addresses may be among them
     */
    public NodePortAddresses among(Set<IpAddress> local, boolean loopback) {
        if (everything()) {
            return NodePortAddresses.ALL;
        }
        Set<IpAddress> chosen = new LinkedHashSet<>();
        for (IpAddress ip : local) {
            if ((loopback || !ip.isLoopback())
                    && ranges.stream().anyMatch(range -> range.contains(ip))) {
                chosen.add(ip);
            }
        }
        return NodePortAddresses.of(chosen);
    }
}
