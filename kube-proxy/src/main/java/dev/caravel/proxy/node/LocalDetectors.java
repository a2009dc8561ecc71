package dev.caravel.proxy.node;

import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.compile.LocalDetector;
import java.util.List;
import java.util.Optional;

/** The configured way to tell local pods, for each family (kube-proxy.md §2.4). Pure. */
public final class LocalDetectors {
    private LocalDetectors() {}

    /**
     * The detector of a family; none when the data for it is missing.
     *
     * @param podCidrs of the Node object
     */
    public static LocalDetector of(
            KubeProxyConfiguration config, List<String> podCidrs, IpFamily family) {
        return switch (config.detectLocalMode()) {
            case CLUSTER_CIDR -> first(config.clusterCIDRs(), family);
            case NODE_CIDR -> first(podCidrs, family);
            case BRIDGE_INTERFACE ->
                    new LocalDetector.Bridge(config.detectLocal().bridgeInterface());
            case INTERFACE_NAME_PREFIX ->
                    new LocalDetector.InterfacePrefix(config.detectLocal().interfaceNamePrefix());
        };
    }

    private static LocalDetector first(List<String> cidrs, IpFamily family) {
        return cidrs.stream()
                .map(text -> IpPrefix.parse(text.strip()))
                .flatMap(Optional::stream)
                .filter(prefix -> prefix.family() == family)
                .findFirst()
                .<LocalDetector>map(LocalDetector.Cidr::new)
                .orElse(LocalDetector.None.NONE);
    }
}
