package dev.caravel.proxy.node;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The node's address of each family, and which family comes first (kube-proxy.md §2.2).
 *
 * @param primary family of the node's first address
 * @param byFamily one for each family; loopback where none is known
 */
public record NodeIps(IpFamily primary, Map<IpFamily, IpAddress> byFamily) {
    public NodeIps {
        byFamily = Map.copyOf(byFamily);
    }

    /**
     * Chooses.
     *
     * @param known addresses of the Node object, preferred one first; may be empty
     * @param bindAddress the configured address, which wins unless it is unspecified
     */
    public static NodeIps choose(List<IpAddress> known, String bindAddress) {
        Map<IpFamily, IpAddress> ips = new EnumMap<>(IpFamily.class);
        ips.put(IpFamily.IPV4, IpAddress.literal("127.0.0.1"));
        ips.put(IpFamily.IPV6, IpAddress.literal("::1"));
        IpFamily primary = known.isEmpty() ? IpFamily.IPV4 : known.getFirst().family();
        for (IpAddress ip : known.reversed()) {
            ips.put(ip.family(), ip);
        }
        Optional<IpAddress> bind =
                IpAddress.parse(bindAddress).filter(address -> !address.isUnspecified());
        if (bind.isPresent()) {
            primary = bind.get().family();
            ips.put(primary, bind.get());
        }
        return new NodeIps(primary, ips);
    }

    /** The address of a family; loopback when none is known. */
    public IpAddress of(IpFamily family) {
        return byFamily.getOrDefault(family, IpAddress.unspecified(family));
    }

    /** Whether the address of the first family is only assumed. */
    public boolean assumed() {
        return of(primary).isLoopback();
    }
}
