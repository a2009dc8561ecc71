package dev.caravel.config.proxy;

import dev.caravel.config.IpAddress;
import dev.caravel.config.IpAddress.HostPort;
import dev.caravel.config.Origin;
import dev.caravel.config.document.Defaults;
import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.tree.Node;
import java.util.List;

/** The defaults of KubeProxyConfiguration v1alpha1 (contract §1.3). */
final class KubeProxyDefaults {

    static final int HEALTHZ_PORT = 10256;
    static final int METRICS_PORT = 10249;

    private KubeProxyDefaults() {}

    /** {@code document} with every hole filled that does not depend on the mode. */
    static Node.Fields fill(Node.Fields document) {
        Defaults defaults = new Defaults(document);
        defaults.whenEmpty("bindAddress", "0.0.0.0");
        boolean four =
                !(defaults.value("bindAddress").orElse(null) instanceof Node.Text address)
                        || IpAddress.isFour(address.value());
        address(defaults, "healthzBindAddress", four ? "0.0.0.0" : "::", HEALTHZ_PORT);
        address(defaults, "metricsBindAddress", four ? "127.0.0.1" : "::1", METRICS_PORT);
        defaults.whenAbsent("oomScoreAdj", -999)
                .whenAbsent("iptables.masqueradeBit", 14)
                .whenAbsent("iptables.localhostNodePorts", true)
                .whenZeroDuration("iptables.syncPeriod", "30s")
                .whenZeroDuration("iptables.minSyncPeriod", "1s")
                .whenZeroDuration("ipvs.syncPeriod", "30s")
                .whenAbsent("nftables.masqueradeBit", 14)
                .whenZeroDuration("nftables.syncPeriod", "30s")
                .whenZeroDuration("nftables.minSyncPeriod", "1s")
                .whenAbsent("conntrack.maxPerCore", 32 * 1024)
                .whenAbsent("conntrack.min", 128 * 1024)
                .whenAbsent("conntrack.tcpEstablishedTimeout", "24h0m0s")
                .whenAbsent("conntrack.tcpCloseWaitTimeout", "1h0m0s")
                .whenZeroDuration("configSyncPeriod", "15m0s")
                .whenEmpty("clientConnection.contentType", "application/vnd.kubernetes.protobuf")
                .whenZero("clientConnection.qps", 5)
                .whenZero("clientConnection.burst", 10);
        LoggingSection.fill(defaults);
        return defaults.filled();
    }

    /** What is decided last: the mode, and what depends on it. */
    static Node.Fields fillMode(Node.Fields document) {
        Defaults defaults = new Defaults(document);
        defaults.whenEmpty("mode", ProxyMode.IPTABLES.wireName())
                .whenEmpty("detectLocalMode", LocalMode.CLUSTER_CIDR.wireName());
        boolean nowhere =
                defaults.value("nodePortAddresses")
                        .map(list -> list instanceof Node.Items items && items.items().isEmpty())
                        .orElse(true);
        if (nowhere && modeIs(defaults.filled(), ProxyMode.NFTABLES)) {
            defaults.set(
                    "nodePortAddresses",
                    new Node.Items(
                            List.of(new Node.Text("primary", Origin.DEFAULT)), Origin.DEFAULT));
        }
        return defaults.filled();
    }

    static boolean modeIs(Node.Fields document, ProxyMode mode) {
        return document.find("mode").orElse(null) instanceof Node.Text text
                && text.value().equals(mode.wireName());
    }

    /** An address without a port gets the default one; what is no address is left for the rules. */
    static String withPort(String address, int port) {
        boolean bare = HostPort.split(address).isEmpty() && IpAddress.parse(address).isPresent();
        return bare ? new HostPort(address, Integer.toString(port)).toString() : address;
    }

    private static void address(Defaults defaults, String field, String host, int port) {
        defaults.whenEmpty(field, withPort(host, port));
        if (defaults.value(field).orElse(null)
                instanceof Node.Text(String address, Origin origin)) {
            defaults.set(field, new Node.Text(withPort(address, port), origin));
        }
    }
}
