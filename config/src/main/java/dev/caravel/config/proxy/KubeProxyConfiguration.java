package dev.caravel.config.proxy;

import dev.caravel.config.Copies;
import dev.caravel.config.LoggingConfiguration;
import dev.caravel.config.tree.TreeWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A complete KubeProxyConfiguration, {@code kubeproxy.config.k8s.io/v1alpha1}: every component
 * carries the name of the JSON field, and every default is filled in. Made by {@code
 * KubeProxySettings}, never changed afterwards.
 *
 * @param featureGates gates set by name; see package {@code gates}
 * @param clientConnection access to the API server
 * @param logging log format and detail
 * @param hostnameOverride node name; empty means the host's name
 * @param bindAddress node address, or unspecified to detect it; its family is the primary one
 * @param healthzBindAddress address and port of the health server; empty means none
 * @param metricsBindAddress address and port of the metrics server
 * @param bindAddressHardFail whether a server that cannot listen ends the process
 * @param enableProfiling whether {@code /debug/pprof} is served on the metrics port
 * @param showHiddenMetricsForVersion previous minor version whose hidden metrics are shown
 * @param mode the dataplane that is written
 * @param iptables settings of the iptables mode, partly of IPVS mode too
 * @param ipvs settings of the IPVS mode
 * @param nftables settings of the nftables mode
 * @param winkernel settings for another operating system, kept but not used
 * @param detectLocalMode how traffic from pods of this node is told apart
 * @param detectLocal names that two of those modes need
 * @param clusterCIDR pod address range of the cluster, or a dual-stack pair with a comma
 * @param nodePortAddresses ranges and keywords of the node addresses that serve node ports
 * @param oomScoreAdj value for the process's own oom_score_adj
 * @param conntrack settings of the kernel's connection tracking
 * @param configSyncPeriod time after which informers look at all objects again
 * @param portRange accepted for compatibility
 * @param windowsRunAsService accepted for compatibility
 */
public record KubeProxyConfiguration(
        Map<String, Boolean> featureGates,
        ClientConnection clientConnection,
        LoggingConfiguration logging,
        String hostnameOverride,
        String bindAddress,
        String healthzBindAddress,
        String metricsBindAddress,
        boolean bindAddressHardFail,
        boolean enableProfiling,
        String showHiddenMetricsForVersion,
        ProxyMode mode,
        Iptables iptables,
        Ipvs ipvs,
        Nftables nftables,
        Winkernel winkernel,
        LocalMode detectLocalMode,
        DetectLocal detectLocal,
        String clusterCIDR,
        List<String> nodePortAddresses,
        int oomScoreAdj,
        Conntrack conntrack,
        Duration configSyncPeriod,
        String portRange,
        boolean windowsRunAsService) {

    /** {@code apiVersion} of the file and of {@code /configz}. */
    public static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";

    /** {@code kind} of the file and of {@code /configz}. */
    public static final String KIND = "KubeProxyConfiguration";

    public KubeProxyConfiguration {
        featureGates = Copies.map(featureGates);
        nodePortAddresses = List.copyOf(nodePortAddresses);
    }

    /** Longest time between two full syncs in the active mode. */
    public Duration syncPeriod() {
        return switch (mode) {
            case IPTABLES -> iptables.syncPeriod();
            case IPVS -> ipvs.syncPeriod();
            case NFTABLES -> nftables.syncPeriod();
        };
    }

    /** Shortest time between two syncs in the active mode. */
    public Duration minSyncPeriod() {
        return switch (mode) {
            case IPTABLES -> iptables.minSyncPeriod();
            case IPVS -> ipvs.minSyncPeriod();
            case NFTABLES -> nftables.minSyncPeriod();
        };
    }

    /** Whether all traffic to cluster IPs is masqueraded in the active mode. */
    public boolean masqueradeAll() {
        return switch (mode) {
            case IPTABLES, IPVS -> iptables.masqueradeAll();
            case NFTABLES -> nftables.masqueradeAll();
        };
    }

    /** The configuration of a file that sets nothing. */
    public static KubeProxyConfiguration defaults() {
        return parse("");
    }

    /**
     * The configuration of a file with these fields, as {@code --config} would give it; {@code
     * apiVersion} and {@code kind} may be left out. For tools and tests: kube-proxy itself goes
     * through {@link KubeProxySettings}.
     *
     * @throws IllegalArgumentException naming everything that is wrong
     */
    public static KubeProxyConfiguration parse(String yaml) {
        return KubeProxyText.parse(yaml);
    }

    /** The configuration as YAML, as {@code --write-config-to} writes it. */
    public String toYaml() {
        return TreeWriter.yaml(KubeProxyEncoder.encode(this));
    }

    /**
     * The configuration as one line of JSON, kind and apiVersion included, as {@code /configz}
     * serves it.
     */
    public String toJson() {
        return TreeWriter.json(KubeProxyEncoder.encode(this));
    }

    /** The ranges of {@code clusterCIDR} one by one. */
    public List<String> clusterCIDRs() {
        return clusterCIDR.isEmpty() ? List.of() : List.of(clusterCIDR.split(",", -1));
    }

    /**
     * Access to the API server.
     *
     * @param kubeconfig file; empty means in-cluster access
     * @param acceptContentTypes Accept header; empty means that of {@code contentType}
     * @param contentType content type of requests
     * @param qps requests a second
     * @param burst requests at once above {@code qps}
     */
    public record ClientConnection(
            String kubeconfig,
            String acceptContentTypes,
            String contentType,
            float qps,
            int burst) {}

    /**
     * Settings of the iptables mode.
     *
     * @param masqueradeBit bit of the packet mark that asks for masquerading; IPVS mode too
     * @param masqueradeAll whether all traffic to cluster IPs is masqueraded; IPVS mode too
     * @param localhostNodePorts whether node ports answer on 127.0.0.1
     * @param syncPeriod longest time between two full syncs
     * @param minSyncPeriod shortest time between two syncs
     */
    public record Iptables(
            int masqueradeBit,
            boolean masqueradeAll,
            boolean localhostNodePorts,
            Duration syncPeriod,
            Duration minSyncPeriod) {}

    /**
     * Settings of the IPVS mode.
     *
     * @param syncPeriod longest time between two full syncs
     * @param minSyncPeriod shortest time between two syncs
     * @param scheduler IPVS scheduler; empty means rr
     * @param excludeCIDRs ranges whose virtual servers are never deleted
     * @param strictARP whether arp_ignore and arp_announce are set
     * @param tcpTimeout idle TCP connections; zero means leave the kernel's
     * @param tcpFinTimeout TCP connections after FIN; zero means leave the kernel's
     * @param udpTimeout UDP; zero means leave the kernel's
     */
    public record Ipvs(
            Duration syncPeriod,
            Duration minSyncPeriod,
            String scheduler,
            List<String> excludeCIDRs,
            boolean strictARP,
            Duration tcpTimeout,
            Duration tcpFinTimeout,
            Duration udpTimeout) {

        public Ipvs {
            excludeCIDRs = List.copyOf(excludeCIDRs);
        }
    }

    /**
     * Settings of the nftables mode.
     *
     * @param masqueradeBit bit of the packet mark that asks for masquerading
     * @param masqueradeAll whether all traffic to cluster IPs is masqueraded
     * @param syncPeriod longest time between two full syncs
     * @param minSyncPeriod shortest time between two syncs
     */
    public record Nftables(
            int masqueradeBit,
            boolean masqueradeAll,
            Duration syncPeriod,
            Duration minSyncPeriod) {}

    /**
     * Settings for Windows nodes, kept so that a shared file loads.
     *
     * @param networkName host network
     * @param sourceVip source address of the node
     * @param enableDSR direct server return
     * @param rootHnsEndpointName endpoint of the root namespace
     * @param forwardHealthCheckVip health probes of load balancers
     */
    public record Winkernel(
            String networkName,
            String sourceVip,
            boolean enableDSR,
            String rootHnsEndpointName,
            boolean forwardHealthCheckVip) {}

    /**
     * Names for {@code detectLocalMode}.
     *
     * @param bridgeInterface for BridgeInterface
     * @param interfaceNamePrefix for InterfaceNamePrefix
     */
    public record DetectLocal(String bridgeInterface, String interfaceNamePrefix) {}

    /**
     * Settings of the kernel's connection tracking.
     *
     * @param maxPerCore entries for each CPU; 0 means leave the kernel's limit
     * @param min least entries in all
     * @param tcpEstablishedTimeout idle established TCP; zero means leave the kernel's
     * @param tcpCloseWaitTimeout TCP in CLOSE_WAIT; zero means leave the kernel's
     * @param tcpBeLiberal whether only RST outside the window is invalid
     * @param udpTimeout UDP without answer; zero means leave the kernel's
     * @param udpStreamTimeout UDP with answer; zero means leave the kernel's
     */
    public record Conntrack(
            int maxPerCore,
            int min,
            Duration tcpEstablishedTimeout,
            Duration tcpCloseWaitTimeout,
            boolean tcpBeLiberal,
            Duration udpTimeout,
            Duration udpStreamTimeout) {}
}
