package dev.caravel.config.proxy;

import dev.caravel.config.IpAddress;
import dev.caravel.config.IpAddress.HostPort;
import dev.caravel.config.IpAddress.Range;
import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.document.Violations;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of a KubeProxyConfiguration (contract §1.3). Of the modes' sections only the active one
 * counts.
 */
final class KubeProxyRules {

    private static final Set<String> NODE_PORT_KEYWORDS = Set.of("primary", "localhost", "all");
    private static final int HIGHEST_BIT = 31;

    private final KubeProxyConfiguration config;
    private final Violations out;

    private KubeProxyRules(KubeProxyConfiguration config, Violations out) {
        this.config = config;
        this.out = out;
    }

    /** Adds everything that is wrong with {@code config} to {@code out}. */
    static void check(KubeProxyConfiguration config, FeatureGates gates, Violations out) {
        KubeProxyRules rules = new KubeProxyRules(config, out);
        out.when(
                config.mode() == ProxyMode.IPVS && !gates.enabled(Gate.KubeProxyIPVS),
                "mode",
                "needs the feature gate KubeProxyIPVS");
        rules.mode();
        rules.addresses();
        rules.nodePorts();
        rules.detectLocal();
        rules.conntrack();
        out.unlessPositive("configSyncPeriod", config.configSyncPeriod());
        out.unlessBetween("oomScoreAdj", config.oomScoreAdj(), -1000, 1000);
        out.whenNegative("clientConnection.burst", config.clientConnection().burst());
        String version = config.showHiddenMetricsForVersion();
        out.when(
                !version.isEmpty() && !version.equals(KubernetesVersion.PREVIOUS_MINOR),
                "showHiddenMetricsForVersion",
                "must be empty or " + KubernetesVersion.PREVIOUS_MINOR);
        LoggingSection.check(config.logging(), gates, out);
    }

    private void mode() {
        out.unlessBetween(
                "iptables.masqueradeBit", config.iptables().masqueradeBit(), 0, HIGHEST_BIT);
        switch (config.mode()) {
            case IPTABLES -> periods("iptables");
            case IPVS -> {
                periods("ipvs");
                out.whenNegative("ipvs.tcpTimeout", config.ipvs().tcpTimeout());
                out.whenNegative("ipvs.tcpFinTimeout", config.ipvs().tcpFinTimeout());
                out.whenNegative("ipvs.udpTimeout", config.ipvs().udpTimeout());
                List<String> excluded = config.ipvs().excludeCIDRs();
                for (int at = 0; at < excluded.size(); at++) {
                    out.when(
                            IpAddress.parseRange(excluded.get(at)).isEmpty(),
                            "ipvs.excludeCIDRs[" + at + "]",
                            "must be a CIDR");
                }
            }
            case NFTABLES -> {
                periods("nftables");
                out.unlessBetween(
                        "nftables.masqueradeBit",
                        config.nftables().masqueradeBit(),
                        0,
                        HIGHEST_BIT);
            }
        }
    }

    private void periods(String section) {
        Duration longest = config.syncPeriod();
        Duration shortest = config.minSyncPeriod();
        out.unlessPositive(section + ".syncPeriod", longest);
        out.whenNegative(section + ".minSyncPeriod", shortest);
        out.when(
                shortest.compareTo(longest) > 0,
                section + ".minSyncPeriod",
                "must not be longer than syncPeriod");
    }

    private void addresses() {
        out.when(
                IpAddress.parse(config.bindAddress()).isEmpty(),
                "bindAddress",
                "must be an IP address");
        if (!config.healthzBindAddress().isEmpty()) {
            addressAndPort("healthzBindAddress", config.healthzBindAddress());
        }
        addressAndPort("metricsBindAddress", config.metricsBindAddress());
    }

    private void addressAndPort(String field, String text) {
        Optional<HostPort> split = HostPort.split(text);
        boolean valid =
                split.filter(pair -> IpAddress.parse(pair.host()).isPresent())
                        .filter(pair -> isPort(pair.port()))
                        .isPresent();
        out.when(
                !valid,
                field,
                "must be an IP address and a port from 1 to 65535, such as 127.0.0.1:10249 or [::1]:10249");
    }

    private static boolean isPort(String text) {
        boolean number =
                !text.isEmpty()
                        && text.length() <= 5
                        && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(text) : 0;
        return port >= 1 && port <= 65535;
    }

    private void nodePorts() {
        Set<String> keywords = new HashSet<>();
        List<String> addresses = config.nodePortAddresses();
        for (int at = 0; at < addresses.size(); at++) {
            String address = addresses.get(at);
            String path = "nodePortAddresses[" + at + "]";
            if (NODE_PORT_KEYWORDS.contains(address)) {
                out.when(!keywords.add(address), path, "is listed twice");
            } else {
                out.when(
                        IpAddress.parseRange(address).isEmpty(),
                        path,
                        "must be a CIDR, primary, localhost or all");
            }
        }
    }

    private void detectLocal() {
        switch (config.detectLocalMode()) {
            case BRIDGE_INTERFACE ->
                    out.when(
                            config.detectLocal().bridgeInterface().isEmpty(),
                            "detectLocal.bridgeInterface",
                            "must not be empty with detectLocalMode: BridgeInterface");
            case INTERFACE_NAME_PREFIX ->
                    out.when(
                            config.detectLocal().interfaceNamePrefix().isEmpty(),
                            "detectLocal.interfaceNamePrefix",
                            "must not be empty with detectLocalMode: InterfaceNamePrefix");
            case CLUSTER_CIDR -> clusterCidr();
            case NODE_CIDR -> {
                // The node object says which.
            }
        }
    }

    private void clusterCidr() {
        List<String> texts = config.clusterCIDRs();
        List<Range> ranges =
                texts.stream().flatMap(text -> IpAddress.parseRange(text).stream()).toList();
        boolean pair = ranges.size() < 2 || ranges.get(0).isSix() != ranges.get(1).isSix();
        out.when(
                ranges.size() != texts.size() || texts.size() > 2 || !pair,
                "clusterCIDR",
                "must be one CIDR or a dual-stack pair with a comma, such as 10.244.0.0/16,fd00:10:244::/56");
    }

    private void conntrack() {
        KubeProxyConfiguration.Conntrack conntrack = config.conntrack();
        out.whenNegative("conntrack.maxPerCore", conntrack.maxPerCore());
        out.whenNegative("conntrack.min", conntrack.min());
        out.whenNegative("conntrack.tcpEstablishedTimeout", conntrack.tcpEstablishedTimeout());
        out.whenNegative("conntrack.tcpCloseWaitTimeout", conntrack.tcpCloseWaitTimeout());
        out.whenNegative("conntrack.udpTimeout", conntrack.udpTimeout());
        out.whenNegative("conntrack.udpStreamTimeout", conntrack.udpStreamTimeout());
    }
}
