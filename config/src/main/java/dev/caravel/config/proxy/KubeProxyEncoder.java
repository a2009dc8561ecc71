package dev.caravel.config.proxy;

import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.TreeBuilder;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Writes a KubeProxyConfiguration back as a document. Sync periods and masqueradeAll appear in the
 * section of the active mode only, the others show zeros: upstream keeps one of each and converts
 * it back so.
 */
final class KubeProxyEncoder {

    private KubeProxyEncoder() {}

    /** The document of {@code c}. */
    static Node.Fields encode(KubeProxyConfiguration c) {
        TreeBuilder tree = new TreeBuilder();
        tree.put("kind", KubeProxyConfiguration.KIND)
                .put("apiVersion", KubeProxyConfiguration.API_VERSION)
                .putBoolsUnlessEmpty("featureGates", c.featureGates())
                .section("clientConnection", out -> clientConnection(c.clientConnection(), out))
                .section("logging", out -> LoggingSection.encode(c.logging(), out))
                .put("hostnameOverride", c.hostnameOverride())
                .put("bindAddress", c.bindAddress())
                .put("healthzBindAddress", c.healthzBindAddress())
                .put("metricsBindAddress", c.metricsBindAddress())
                .put("bindAddressHardFail", c.bindAddressHardFail())
                .put("enableProfiling", c.enableProfiling())
                .put("showHiddenMetricsForVersion", c.showHiddenMetricsForVersion())
                .put("mode", c.mode())
                .section("iptables", out -> iptables(c, out))
                .section("ipvs", out -> ipvs(c, out))
                .section("nftables", out -> nftables(c, out))
                .section("winkernel", out -> winkernel(c.winkernel(), out))
                .put("detectLocalMode", c.detectLocalMode())
                .section("detectLocal", out -> detectLocal(c.detectLocal(), out))
                .put("clusterCIDR", c.clusterCIDR())
                .putOrNull("nodePortAddresses", c.nodePortAddresses())
                .put("oomScoreAdj", c.oomScoreAdj())
                .section("conntrack", out -> conntrack(c.conntrack(), out))
                .put("configSyncPeriod", c.configSyncPeriod())
                .put("portRange", c.portRange())
                .putUnlessFalse("windowsRunAsService", c.windowsRunAsService());
        return tree.build();
    }

    private static void clientConnection(
            KubeProxyConfiguration.ClientConnection client, TreeBuilder out) {
        out.put("kubeconfig", client.kubeconfig())
                .put("acceptContentTypes", client.acceptContentTypes())
                .put("contentType", client.contentType())
                .put("qps", new BigDecimal(Float.toString(client.qps())).stripTrailingZeros())
                .put("burst", client.burst());
    }

    private static void iptables(KubeProxyConfiguration c, TreeBuilder out) {
        boolean active = c.mode() == ProxyMode.IPTABLES;
        out.put("masqueradeBit", c.iptables().masqueradeBit())
                .put("masqueradeAll", c.mode() != ProxyMode.NFTABLES && c.masqueradeAll())
                .put("localhostNodePorts", c.iptables().localhostNodePorts());
        periods(c, active, out);
    }

    private static void ipvs(KubeProxyConfiguration c, TreeBuilder out) {
        periods(c, c.mode() == ProxyMode.IPVS, out);
        out.put("scheduler", c.ipvs().scheduler())
                .putOrNull("excludeCIDRs", c.ipvs().excludeCIDRs())
                .put("strictARP", c.ipvs().strictARP())
                .put("tcpTimeout", c.ipvs().tcpTimeout())
                .put("tcpFinTimeout", c.ipvs().tcpFinTimeout())
                .put("udpTimeout", c.ipvs().udpTimeout());
    }

    private static void nftables(KubeProxyConfiguration c, TreeBuilder out) {
        boolean active = c.mode() == ProxyMode.NFTABLES;
        out.put("masqueradeBit", c.nftables().masqueradeBit())
                .put("masqueradeAll", active && c.masqueradeAll());
        periods(c, active, out);
    }

    private static void periods(KubeProxyConfiguration c, boolean active, TreeBuilder out) {
        out.put("syncPeriod", active ? c.syncPeriod() : Duration.ZERO)
                .put("minSyncPeriod", active ? c.minSyncPeriod() : Duration.ZERO);
    }

    private static void winkernel(KubeProxyConfiguration.Winkernel windows, TreeBuilder out) {
        out.put("networkName", windows.networkName())
                .put("sourceVip", windows.sourceVip())
                .put("enableDSR", windows.enableDSR())
                .put("rootHnsEndpointName", windows.rootHnsEndpointName())
                .put("forwardHealthCheckVip", windows.forwardHealthCheckVip());
    }

    private static void detectLocal(KubeProxyConfiguration.DetectLocal local, TreeBuilder out) {
        out.put("bridgeInterface", local.bridgeInterface())
                .put("interfaceNamePrefix", local.interfaceNamePrefix());
    }

    private static void conntrack(KubeProxyConfiguration.Conntrack conntrack, TreeBuilder out) {
        out.put("maxPerCore", conntrack.maxPerCore())
                .put("min", conntrack.min())
                .put("tcpEstablishedTimeout", conntrack.tcpEstablishedTimeout())
                .put("tcpCloseWaitTimeout", conntrack.tcpCloseWaitTimeout())
                .put("tcpBeLiberal", conntrack.tcpBeLiberal())
                .put("udpTimeout", conntrack.udpTimeout())
                .put("udpStreamTimeout", conntrack.udpStreamTimeout());
    }
}
