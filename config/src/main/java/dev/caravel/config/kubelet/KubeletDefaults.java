package dev.caravel.config.kubelet;

import dev.caravel.config.Origin;
import dev.caravel.config.document.Defaults;
import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import dev.caravel.config.tree.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The defaults of KubeletConfiguration v1beta1 (contract §2). */
final class KubeletDefaults {

    /** Hard thresholds of a kubelet that has a configuration file (contract §1.4). */
    static final Map<String, String> EVICTION_HARD =
            Map.of(
                    "memory.available", "100Mi",
                    "nodefs.available", "10%",
                    "nodefs.inodesFree", "5%",
                    "imagefs.available", "15%",
                    "imagefs.inodesFree", "5%");

    private KubeletDefaults() {}

    /** {@code document} with every hole filled that does not depend on there being a file. */
    static Node.Fields fill(Node.Fields document, FeatureGates gates) {
        Defaults defaults = new Defaults(document);
        nodeStatus(defaults);
        serving(defaults);
        node(defaults);
        pods(defaults);
        host(defaults);
        LoggingSection.fill(defaults);
        if (gates.enabled(Gate.KubeletCrashLoopBackOffMax)) {
            defaults.whenAbsent("crashLoopBackOff.maxContainerRestartPeriod", "5m0s");
        }
        if (gates.enabled(Gate.KubeletEnsureSecretPulledImages)) {
            defaults.whenEmpty(
                    "imagePullCredentialsVerificationPolicy", "NeverVerifyPreloadedImages");
        }
        return defaults.filled();
    }

    /** What a file gets on top: thresholds that protect the node. */
    static Node.Fields fillEviction(Node.Fields document) {
        boolean merge =
                document.find("mergeDefaultEvictionSettings").orElse(null) instanceof Node.Bool wish
                        && wish.value();
        Optional<Node> own = document.find("evictionHard");
        if (own.isEmpty()) {
            return new Defaults(document).whenAbsent("evictionHard", EVICTION_HARD).filled();
        }
        Node.Fields result = document;
        if (merge && own.get() instanceof Node.Fields thresholds) {
            for (Map.Entry<String, String> signal : new TreeMap<>(EVICTION_HARD).entrySet()) {
                if (!thresholds.fields().containsKey(signal.getKey())) {
                    result =
                            result.withEntry(
                                    "evictionHard",
                                    signal.getKey(),
                                    new Node.Text(signal.getValue(), Origin.DEFAULT));
                }
            }
        }
        return result;
    }

    /** The open defaults of a kubelet that runs on flags alone (contract §1.4). */
    static Node.Fields withoutFile(FeatureGates gates) {
        Node.Fields open =
                new Defaults(Node.Fields.empty(Origin.DEFAULT))
                        .whenAbsent("authentication.anonymous.enabled", true)
                        .whenAbsent("authentication.webhook.enabled", false)
                        .whenAbsent("authorization.mode", "AlwaysAllow")
                        .whenAbsent("readOnlyPort", 10255)
                        .filled();
        return fill(open, gates);
    }

    /** Who sets the update frequency alone has always meant the report frequency too. */
    private static void nodeStatus(Defaults defaults) {
        if (defaults.absentOrZeroDuration("nodeStatusReportFrequency")) {
            Node report =
                    defaults.absentOrZeroDuration("nodeStatusUpdateFrequency")
                            ? new Node.Text("5m0s", Origin.DEFAULT)
                            : defaults.value("nodeStatusUpdateFrequency").orElseThrow();
            defaults.set("nodeStatusReportFrequency", report);
        }
        defaults.whenZeroDuration("nodeStatusUpdateFrequency", "10s");
    }

    private static void serving(Defaults defaults) {
        defaults.whenAbsent("enableServer", true)
                .whenEmpty("address", "0.0.0.0")
                .whenZero("port", 10250)
                .whenAbsent("authentication.anonymous.enabled", false)
                .whenAbsent("authentication.webhook.enabled", true)
                .whenZeroDuration("authentication.webhook.cacheTTL", "2m0s")
                .whenEmpty("authorization.mode", "Webhook")
                .whenZeroDuration("authorization.webhook.cacheAuthorizedTTL", "5m0s")
                .whenZeroDuration("authorization.webhook.cacheUnauthorizedTTL", "30s")
                .whenAbsent("enableDebuggingHandlers", true)
                .whenAbsent("healthzPort", 10248)
                .whenEmpty("healthzBindAddress", "127.0.0.1")
                .whenZeroDuration("streamingConnectionIdleTimeout", "4h0m0s")
                .whenAbsent("enableSystemLogHandler", true)
                .whenAbsent("enableSystemLogQuery", false)
                .whenAbsent("enableProfilingHandler", true)
                .whenAbsent("enableDebugFlagsHandler", true);
    }

    private static void node(Defaults defaults) {
        defaults.whenAbsent("registryPullQPS", 5)
                .whenZero("registryBurst", 10)
                .whenAbsent("eventRecordQPS", 50)
                .whenZero("eventBurst", 100)
                .whenEmpty("contentType", "application/vnd.kubernetes.protobuf")
                .whenAbsent("kubeAPIQPS", 50)
                .whenZero("kubeAPIBurst", 100)
                .whenZero("nodeLeaseDurationSeconds", 40)
                .whenAbsent("nodeStatusMaxImages", 50)
                .whenAbsent("registerNode", true)
                .whenZeroDuration("imageMinimumGCAge", "2m0s")
                .whenAbsent("imageGCHighThresholdPercent", 85)
                .whenAbsent("imageGCLowThresholdPercent", 80)
                .whenZeroDuration("volumeStatsAggPeriod", "1m0s")
                .whenAbsent("cgroupsPerQOS", true)
                .whenEmpty("cgroupDriver", "cgroupfs")
                .whenEmpty("cpuManagerPolicy", "none")
                .whenZeroDuration("cpuManagerReconcilePeriod", "10s")
                .whenEmpty("memoryManagerPolicy", "None")
                .whenEmpty("topologyManagerPolicy", "none")
                .whenEmpty("topologyManagerScope", "container")
                .whenAbsent("enforceNodeAllocatable", List.of("pods"))
                .whenEmpty("memoryReservationPolicy", "None");
    }

    private static void pods(Defaults defaults) {
        defaults.whenZeroDuration("syncFrequency", "1m0s")
                .whenZeroDuration("fileCheckFrequency", "20s")
                .whenZeroDuration("httpCheckFrequency", "20s")
                .whenZeroDuration("runtimeRequestTimeout", "2m0s")
                .whenEmpty("hairpinMode", "promiscuous-bridge")
                .whenZero("maxPods", 110)
                .whenAbsent("resolvConf", "/etc/resolv.conf")
                .whenAbsent("cpuCFSQuota", true)
                .whenAbsent("cpuCFSQuotaPeriod", "100ms")
                .whenAbsent("serializeImagePulls", !parallelPulls(defaults))
                .whenZeroDuration("evictionPressureTransitionPeriod", "5m0s")
                .whenAbsent("mergeDefaultEvictionSettings", false)
                .whenAbsent("enableControllerAttachDetach", true)
                .whenEmpty("containerLogMaxSize", "10Mi")
                .whenAbsent("containerLogMaxFiles", 5)
                .whenAbsent("containerLogMaxWorkers", 1)
                .whenAbsent("containerLogMonitorInterval", "10s")
                .whenEmpty("configMapAndSecretChangeDetectionStrategy", "Watch")
                .whenAbsent("seccompDefault", false)
                .whenAbsent("localStorageCapacityIsolation", true);
        boolean unlimited =
                defaults.value("podPidsLimit")
                        .map(limit ->
                                limit instanceof Node.Num number && number.value().signum() < 0)
                        .orElse(true);
        if (unlimited) {
            defaults.set("podPidsLimit", Node.Num.of(-1, Origin.DEFAULT));
        }
    }

    private static void host(Defaults defaults) {
        defaults.whenEmpty("podLogsDir", "/var/log/pods")
                .whenAbsent("oomScoreAdj", -999)
                .whenZero("maxOpenFiles", 1_000_000)
                .whenAbsent("makeIPTablesUtilChains", true)
                .whenAbsent("iptablesMasqueradeBit", 14)
                .whenAbsent("iptablesDropBit", 15)
                .whenAbsent("failSwapOn", true)
                .whenEmpty(
                        "volumePluginDir", "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/")
                .whenEmpty("containerRuntimeEndpoint", "unix:///run/containerd/containerd.sock")
                .whenAbsent("failCgroupV1", true);
    }

    /** Asking for parallel pulls is enough, serializing need not be turned off too. */
    private static boolean parallelPulls(Defaults defaults) {
        return defaults.value("maxParallelImagePulls")
                .map(most -> most instanceof Node.Num number && number.value().intValue() >= 2)
                .orElse(false);
    }
}
