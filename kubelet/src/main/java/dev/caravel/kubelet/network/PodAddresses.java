package dev.caravel.kubelet.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The addresses of a pod in the order the API shows them. */
public final class PodAddresses {
    private PodAddresses() {}

    /**
     * At most one address of each family, that of the node's primary address first.
     *
     * @param podIps as the runtime reports them, in any order
     * @param nodeIps of the node, primary first; IPv4 is primary when there are none
     */
    public static List<String> sorted(List<String> podIps, List<String> nodeIps) {
        boolean ipv6First = !nodeIps.isEmpty() && isIpv6(nodeIps.getFirst());
        List<String> sorted = new ArrayList<>(2);
        first(podIps, ipv6First).ifPresent(sorted::add);
        first(podIps, !ipv6First).ifPresent(sorted::add);
        return sorted;
    }

    static boolean isIpv6(String ip) {
        return ip.indexOf(':') >= 0;
    }

    private static Optional<String> first(List<String> ips, boolean ipv6) {
        return ips.stream().filter(ip -> !ip.isEmpty() && isIpv6(ip) == ipv6).findFirst();
    }
}
