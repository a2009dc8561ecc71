package dev.caravel.config.proxy;

import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.tree.FieldReader;

/**
 * Reads the fields of a KubeProxyConfiguration, each with its type; defaults are already in the
 * document.
 */
final class KubeProxyDecoder {

    private KubeProxyDecoder() {}

    /** The record for a document. One argument a field, in the order of the record. */
    static KubeProxyConfiguration decode(FieldReader in) {
        return new KubeProxyConfiguration(
                in.boolMap("featureGates"),
                in.section("clientConnection", KubeProxyDecoder::clientConnection),
                in.section("logging", LoggingSection::decode),
                in.text("hostnameOverride"),
                in.text("bindAddress"),
                in.text("healthzBindAddress"),
                in.text("metricsBindAddress"),
                in.bool("bindAddressHardFail"),
                in.bool("enableProfiling"),
                in.text("showHiddenMetricsForVersion"),
                in.oneOf("mode", ProxyMode.values(), ProxyMode.IPTABLES),
                in.section("iptables", KubeProxyDecoder::iptables),
                in.section("ipvs", KubeProxyDecoder::ipvs),
                in.section("nftables", KubeProxyDecoder::nftables),
                in.section("winkernel", KubeProxyDecoder::winkernel),
                in.oneOf("detectLocalMode", LocalMode.values(), LocalMode.CLUSTER_CIDR),
                in.section("detectLocal", KubeProxyDecoder::detectLocal),
                in.text("clusterCIDR"),
                in.texts("nodePortAddresses"),
                in.int32("oomScoreAdj"),
                in.section("conntrack", KubeProxyDecoder::conntrack),
                in.duration("configSyncPeriod"),
                in.text("portRange"),
                in.bool("windowsRunAsService"));
    }

    private static KubeProxyConfiguration.ClientConnection clientConnection(FieldReader in) {
        return new KubeProxyConfiguration.ClientConnection(
                in.text("kubeconfig"),
                in.text("acceptContentTypes"),
                in.text("contentType"),
                (float) in.optionalNumber("qps").orElse(0),
                in.int32("burst"));
    }

    private static KubeProxyConfiguration.Iptables iptables(FieldReader in) {
        return new KubeProxyConfiguration.Iptables(
                in.int32("masqueradeBit"),
                in.bool("masqueradeAll"),
                in.bool("localhostNodePorts"),
                in.duration("syncPeriod"),
                in.duration("minSyncPeriod"));
    }

    private static KubeProxyConfiguration.Ipvs ipvs(FieldReader in) {
        return new KubeProxyConfiguration.Ipvs(
                in.duration("syncPeriod"),
                in.duration("minSyncPeriod"),
                in.text("scheduler"),
                in.texts("excludeCIDRs"),
                in.bool("strictARP"),
                in.duration("tcpTimeout"),
                in.duration("tcpFinTimeout"),
                in.duration("udpTimeout"));
    }

    private static KubeProxyConfiguration.Nftables nftables(FieldReader in) {
        return new KubeProxyConfiguration.Nftables(
                in.int32("masqueradeBit"),
                in.bool("masqueradeAll"),
                in.duration("syncPeriod"),
                in.duration("minSyncPeriod"));
    }

    private static KubeProxyConfiguration.Winkernel winkernel(FieldReader in) {
        return new KubeProxyConfiguration.Winkernel(
                in.text("networkName"),
                in.text("sourceVip"),
                in.bool("enableDSR"),
                in.text("rootHnsEndpointName"),
                in.bool("forwardHealthCheckVip"));
    }

    private static KubeProxyConfiguration.DetectLocal detectLocal(FieldReader in) {
        return new KubeProxyConfiguration.DetectLocal(
                in.text("bridgeInterface"), in.text("interfaceNamePrefix"));
    }

    private static KubeProxyConfiguration.Conntrack conntrack(FieldReader in) {
        return new KubeProxyConfiguration.Conntrack(
                in.int32("maxPerCore"),
                in.int32("min"),
                in.duration("tcpEstablishedTimeout"),
                in.duration("tcpCloseWaitTimeout"),
                in.bool("tcpBeLiberal"),
                in.duration("udpTimeout"),
                in.duration("udpStreamTimeout"));
    }
}
