package dev.caravel.config.proxy;

import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.flags.Flag;
import dev.caravel.config.flags.FlagKind;
import dev.caravel.config.flags.FlagSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every flag of kube-proxy (contract §1.2; upstream's cmd/kube-proxy/app/options.go). */
final class KubeProxyFlagTable {

    /** Flags that set one field: name, kind, field. */
    private static final String FIELDS =
            """
            bind-address IP bindAddress
            bind-address-hard-fail BOOL bindAddressHardFail
            cluster-cidr STRING clusterCIDR
            config-sync-period DURATION configSyncPeriod
            conntrack-max-per-core INT32 conntrack.maxPerCore
            conntrack-min INT32 conntrack.min
            conntrack-tcp-be-liberal BOOL conntrack.tcpBeLiberal
            conntrack-tcp-timeout-close-wait DURATION conntrack.tcpCloseWaitTimeout
            conntrack-tcp-timeout-established DURATION conntrack.tcpEstablishedTimeout
            conntrack-udp-timeout DURATION conntrack.udpTimeout
            conntrack-udp-timeout-stream DURATION conntrack.udpStreamTimeout
            detect-local-mode STRING detectLocalMode
            feature-gates BOOL_MAP featureGates
            healthz-bind-address IP_PORT healthzBindAddress
            iptables-localhost-nodeports BOOL iptables.localhostNodePorts
            iptables-masquerade-bit INT32 iptables.masqueradeBit
            ipvs-exclude-cidrs LIST ipvs.excludeCIDRs
            ipvs-scheduler STRING ipvs.scheduler
            ipvs-strict-arp BOOL ipvs.strictARP
            ipvs-tcp-timeout DURATION ipvs.tcpTimeout
            ipvs-tcpfin-timeout DURATION ipvs.tcpFinTimeout
            ipvs-udp-timeout DURATION ipvs.udpTimeout
            kube-api-burst INT32 clientConnection.burst
            kube-api-content-type STRING clientConnection.contentType
            kube-api-qps FLOAT clientConnection.qps
            kubeconfig STRING clientConnection.kubeconfig
            metrics-bind-address IP_PORT metricsBindAddress
            nodeport-addresses LIST nodePortAddresses
            oom-score-adj INT32 oomScoreAdj
            pod-bridge-interface STRING detectLocal.bridgeInterface
            pod-interface-name-prefix STRING detectLocal.interfaceNamePrefix
            profiling BOOL enableProfiling
            proxy-mode STRING mode
            show-hidden-metrics-for-version STRING showHiddenMetricsForVersion
            """;

    private static final Map<String, String> REMOVED =
            Map.of(
                    "cleanup-ipvs",
                    "removed: --cleanup removes the rules of every mode",
                    "proxy-port-range",
                    "removed with the userspace mode",
                    "udp-timeout",
                    "removed with the userspace mode",
                    "resource-container",
                    "removed without replacement");

    /** What flags come to that set no field by themselves and are not given. */
    static final Map<String, String> DEFAULTS =
            Map.of(
                    "healthz-port", Integer.toString(KubeProxyDefaults.HEALTHZ_PORT),
                    "metrics-port", Integer.toString(KubeProxyDefaults.METRICS_PORT),
                    "iptables-sync-period", "30s",
                    "iptables-min-sync-period", "1s",
                    "ipvs-sync-period", "30s",
                    "ipvs-min-sync-period", "1s");

    private KubeProxyFlagTable() {}

    /** All of them, own flags first. */
    static FlagSet flags() {
        List<Flag> flags = new ArrayList<>(own());
        flags.addAll(byMode());
        FIELDS.lines().map(KubeProxyFlagTable::field).forEach(flags::add);
        flags.addAll(LoggingSection.flags());
        return new FlagSet(flags, Map.of('v', "v", 'h', "help"), REMOVED);
    }

    private static Flag field(String line) {
        String[] parts = line.split(" ", -1);
        return Flag.forField(parts[0], FlagKind.valueOf(parts[1]), parts[2]);
    }

    private static List<Flag> own() {
        return List.of(
                Flag.own(
                        "config",
                        FlagKind.STRING,
                        "KubeProxyConfiguration file; most other flags are ignored with it"),
                Flag.own(
                        "hostname-override",
                        FlagKind.STRING,
                        "node name; wins over the file (default: the host's name)"),
                Flag.own("master", FlagKind.STRING, "API server URL instead of the kubeconfig's"),
                Flag.own(
                        "write-config-to",
                        FlagKind.STRING,
                        "write the configuration to this file and end"),
                Flag.own("cleanup", FlagKind.BOOL, "remove the rules of every mode and end"),
                Flag.own("init-only", FlagKind.BOOL, "do what needs full privilege and end"),
                Flag.own("help", FlagKind.BOOL, "this text"),
                Flag.own("help-all", FlagKind.BOOL, "every flag"),
                Flag.own(
                        "version", FlagKind.VERSION, "print the version; =raw with build details"));
    }

    /** Flags whose field depends on the mode, or on each other. */
    private static List<Flag> byMode() {
        return List.of(
                Flag.own("masquerade-all", FlagKind.BOOL, "field masqueradeAll of the mode"),
                Flag.own(
                        "iptables-sync-period",
                        FlagKind.DURATION,
                        "field syncPeriod of the mode, unless it is ipvs"),
                Flag.own(
                        "iptables-min-sync-period",
                        FlagKind.DURATION,
                        "field minSyncPeriod of the mode, unless it is ipvs"),
                Flag.own("ipvs-sync-period", FlagKind.DURATION, "field ipvs.syncPeriod"),
                Flag.own("ipvs-min-sync-period", FlagKind.DURATION, "field ipvs.minSyncPeriod"),
                Flag.own(
                                "healthz-port",
                                FlagKind.INT32,
                                "port of the health server; 0 turns it off")
                        .deprecated("use --healthz-bind-address instead"),
                Flag.own("metrics-port", FlagKind.INT32, "port of the metrics server")
                        .deprecated("use --metrics-bind-address instead"));
    }
}
