package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpFamily;
import java.util.HashSet;
import java.util.Set;

/** Which names in the table belong to a kube-proxy, this one or Go's. */
public final class Ownership {
    private static final Set<String> CHAINS = chains();
    private static final Set<String> SETS = sets();

    private Ownership() {}

    private static Set<String> chains() {
        Set<String> names =
                new HashSet<>(
                        Set.of(
                                Layout.SERVICES,
                                Layout.MASQUERADING,
                                Layout.REJECT,
                                Layout.CLUSTER_IPS_CHECK,
                                Layout.SERVICE_ENDPOINTS_CHECK,
                                Layout.NODEPORT_ENDPOINTS_CHECK,
                                Layout.FIREWALL_CHECK));
        Layout.baseChains().forEach(chain -> names.add(chain.name()));
        return names;
    }

    private static Set<String> sets() {
        Set<String> names = new HashSet<>();
        Layout.sets(IpFamily.IPV4, true).forEach(set -> names.add(set.name()));
        return names;
    }

    /** Whether a chain of that name may be changed and removed. */
    public static boolean ownsChain(String name) {
        return CHAINS.contains(name) || OwnNames.isOwn(name) || SharedChain.parse(name).isPresent();
    }

    /** Whether a set of that name may be changed and removed. */
    public static boolean ownsSet(String name) {
        return SETS.contains(name) || OwnNames.isOwn(name);
    }
}
