package dev.caravel.config.kubelet;

import dev.caravel.config.CpuList;
import dev.caravel.config.IpAddress;
import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.Names;
import dev.caravel.config.Quantity;
import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.document.Violations;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;

/**
 * The rules of a KubeletConfiguration (contract §2): each field's range, what excludes what, what
 * needs which gate. Includes the checks upstream makes later during its start, because they end the
 * same way.
 */
final class KubeletRules {

    private static final int HIGHEST_PORT = 65535;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long IDS_UNIT = 65536;
    private static final long MOST_IDS = 0xffff_ffffL;
    private static final double FORMER_THROTTLING_DEFAULT = 0.9;
    private static final Set<String> TRACING_SCHEMES = Set.of("dns", "unix", "unix-abstract");

    private final KubeletConfiguration config;
    private final FeatureGates gates;
    private final HostFacts host;
    private final Violations out;

    private KubeletRules(
            KubeletConfiguration config, FeatureGates gates, HostFacts host, Violations out) {
        this.config = config;
        this.gates = gates;
        this.host = host;
        this.out = out;
    }

    /** Adds everything that is wrong with {@code config} to {@code out}. */
    static void check(
            KubeletConfiguration config, FeatureGates gates, HostFacts host, Violations out) {
        KubeletRules rules = new KubeletRules(config, gates, host, out);
        rules.servers();
        rules.rates();
        rules.node();
        rules.images();
        rules.pods();
        rules.resources();
        rules.containerLogs();
        rules.shutdown();
        rules.host();
        rules.observability();
        ServingTlsRules.check(config, out);
        ImagePullRules.check(config, gates, out);
        EvictionRules.check(config, out);
        ReservationRules.check(config, out);
        SysctlRules.check(config, gates, out);
    }

    private void servers() {
        out.unlessBetween("port", config.port(), 1, HIGHEST_PORT);
        out.unlessBetween("readOnlyPort", config.readOnlyPort(), 0, HIGHEST_PORT);
        out.unlessBetween("healthzPort", config.healthzPort(), 0, HIGHEST_PORT);
        out.when(IpAddress.parse(config.address()).isEmpty(), "address", "must be an IP address");
        out.when(
                config.serverTLSBootstrap() && !gates.enabled(Gate.RotateKubeletServerCertificate),
                "serverTLSBootstrap",
                "needs the feature gate RotateKubeletServerCertificate");
        out.when(
                config.enableSystemLogQuery() && !gates.enabled(Gate.NodeLogQuery),
                "enableSystemLogQuery",
                "needs the feature gate NodeLogQuery");
        out.when(
                config.enableSystemLogQuery() && !config.enableSystemLogHandler(),
                "enableSystemLogQuery",
                "needs enableSystemLogHandler: true");
    }

    private void rates() {
        out.whenNegative("registryPullQPS", config.registryPullQPS());
        out.whenNegative("registryBurst", config.registryBurst());
        out.whenNegative("eventRecordQPS", config.eventRecordQPS());
        out.whenNegative("eventBurst", config.eventBurst());
        out.whenNegative("kubeAPIQPS", config.kubeAPIQPS());
        out.whenNegative("kubeAPIBurst", config.kubeAPIBurst());
    }

    private void node() {
        out.when(
                config.nodeLeaseDurationSeconds() <= 0,
                "nodeLeaseDurationSeconds",
                "must be greater than 0");
        out.when(config.nodeStatusMaxImages() < -1, "nodeStatusMaxImages", "must be -1 or greater");
        for (int at = 0; at < config.registerWithTaints().size(); at++) {
            Taint taint = config.registerWithTaints().get(at);
            String path = "registerWithTaints[" + at + "].";
            out.when(!Names.isQualifiedName(taint.key()), path + "key", "must be a qualified name");
            out.when(!Names.isLabelValue(taint.value()), path + "value", "must be a label value");
        }
    }

    private void images() {
        out.unlessBetween(
                "imageGCHighThresholdPercent", config.imageGCHighThresholdPercent(), 0, 100);
        out.unlessBetween(
                "imageGCLowThresholdPercent", config.imageGCLowThresholdPercent(), 0, 100);
        out.when(
                config.imageGCLowThresholdPercent() >= config.imageGCHighThresholdPercent(),
                "imageGCLowThresholdPercent",
                "must be less than imageGCHighThresholdPercent, which is "
                        + config.imageGCHighThresholdPercent());
        Duration most = config.imageMaximumGCAge();
        out.whenNegative("imageMinimumGCAge", config.imageMinimumGCAge());
        out.whenNegative("imageMaximumGCAge", most);
        out.when(
                most.isPositive() && most.compareTo(config.imageMinimumGCAge()) <= 0,
                "imageMaximumGCAge",
                "must be longer than imageMinimumGCAge, or 0s");
        out.when(
                !most.isZero() && !gates.enabled(Gate.ImageMaximumGCAge),
                "imageMaximumGCAge",
                "needs the feature gate ImageMaximumGCAge");
        int parallel = config.maxParallelImagePulls().orElse(1);
        out.when(parallel < 1, "maxParallelImagePulls", "must be 1 or greater");
        out.when(
                config.serializeImagePulls() && parallel > 1,
                "maxParallelImagePulls",
                "must be 1 while serializeImagePulls is true");
    }

    private void pods() {
        out.unlessPositive("syncFrequency", config.syncFrequency());
        out.whenNegative("maxPods", config.maxPods());
        out.whenNegative("podsPerCore", config.podsPerCore());
        out.when(config.runOnce(), "runOnce", "must be false, that mode is gone");
        boolean limited = gates.enabled(Gate.KubeletCrashLoopBackOffMax);
        String period = "crashLoopBackOff.maxContainerRestartPeriod";
        config.crashLoopBackOff()
                .maxContainerRestartPeriod()
                .ifPresent(longest -> {
                    out.when(!limited, period, "needs the feature gate KubeletCrashLoopBackOffMax");
                    long millis = longest.toMillis();
                    out.when(
                            limited && (millis < 1_000 || millis > 300_000),
                            period,
                            "must be from 1s to 300s");
                });
        Duration quota = config.cpuCFSQuotaPeriod();
        boolean inRange =
                quota.compareTo(Duration.ofMillis(1)) >= 0 && quota.compareTo(SECOND) <= 0;
        boolean free = gates.enabled(Gate.CustomCPUCFSQuotaPeriod);
        out.when(free && !inRange, "cpuCFSQuotaPeriod", "must be from 1ms to 1s");
        out.when(
                !free && !quota.equals(Duration.ofMillis(100)),
                "cpuCFSQuotaPeriod",
                "needs the feature gate CustomCPUCFSQuotaPeriod");
    }

    private void resources() {
        config.memoryThrottlingFactor()
                .ifPresent(factor -> {
                    out.when(
                            factor <= 0 || factor > 1,
                            "memoryThrottlingFactor",
                            "must be greater than 0 and at most 1");
                    out.when(
                            !gates.enabled(Gate.MemoryQoS) && factor != FORMER_THROTTLING_DEFAULT,
                            "memoryThrottlingFactor",
                            "needs the feature gate MemoryQoS");
                });
        out.when(
                config.memoryReservationPolicy() == MemoryReservationPolicy.TIERED_RESERVATION
                        && !gates.enabled(Gate.MemoryQoS),
                "memoryReservationPolicy",
                "needs the feature gate MemoryQoS");
        out.when(
                config.memorySwap().swapBehavior() != MemorySwapConfiguration.SwapBehavior.UNSET
                        && !gates.enabled(Gate.NodeSwap),
                "memorySwap.swapBehavior",
                "needs the feature gate NodeSwap");
        config.userNamespaces()
                .map(UserNamespaces::idsPerPod)
                .ifPresent(ids ->
                        ids.ifPresent(count ->
                                out.when(
                                        count < IDS_UNIT
                                                || count % IDS_UNIT != 0
                                                || count > MOST_IDS,
                                        "userNamespaces.idsPerPod",
                                        "must be a multiple of 65536 from 65536 to 4294901760")));
    }

    private void containerLogs() {
        boolean size =
                Quantity.parse(config.containerLogMaxSize())
                        .filter(amount -> amount.value().scale() <= 0)
                        .isPresent();
        out.when(!size, "containerLogMaxSize", "must be an amount of whole bytes such as 10Mi");
        out.when(
                config.containerLogMaxFiles() <= 1,
                "containerLogMaxFiles",
                "must be greater than 1");
        out.when(
                config.containerLogMaxWorkers() < 1,
                "containerLogMaxWorkers",
                "must be 1 or greater");
        out.when(
                config.containerLogMonitorInterval().compareTo(Duration.ofSeconds(3)) < 0,
                "containerLogMonitorInterval",
                "must be 3s or longer");
        String folder = config.podLogsDir();
        out.when(!folder.startsWith("/"), "podLogsDir", "must be an absolute path");
        out.when(
                folder.startsWith("/") && !isClean(folder),
                "podLogsDir",
                "must be a path without //, . and .. and without a slash at its end");
        out.when(
                folder.chars().anyMatch(c -> c > 0x7f),
                "podLogsDir",
                "must be ASCII, metrics carry it");
    }

    private void shutdown() {
        Duration all = config.shutdownGracePeriod();
        Duration critical = config.shutdownGracePeriodCriticalPods();
        boolean perPriority = !config.shutdownGracePeriodByPodPriority().isEmpty();
        boolean timed = all.isPositive() || critical.isPositive();
        if (gates.enabled(Gate.GracefulNodeShutdown)) {
            wholeSeconds("shutdownGracePeriod", all);
            wholeSeconds("shutdownGracePeriodCriticalPods", critical);
            out.when(
                    critical.compareTo(all) > 0,
                    "shutdownGracePeriodCriticalPods",
                    "must not be longer than shutdownGracePeriod");
        } else {
            out.when(
                    timed,
                    all.isPositive() ? "shutdownGracePeriod" : "shutdownGracePeriodCriticalPods",
                    "needs the feature gate GracefulNodeShutdown");
        }
        boolean bands = gates.enabled(Gate.GracefulNodeShutdownBasedOnPodPriority);
        out.when(
                perPriority && !bands,
                "shutdownGracePeriodByPodPriority",
                "needs the feature gate GracefulNodeShutdownBasedOnPodPriority");
        out.when(
                perPriority && bands && timed,
                "shutdownGracePeriodByPodPriority",
                "excludes shutdownGracePeriod and shutdownGracePeriodCriticalPods");
    }

    private void wholeSeconds(String path, Duration period) {
        out.when(
                !period.isZero() && period.compareTo(SECOND) < 0,
                path,
                "must be 0s, or 1s or longer");
    }

    private void host() {
        out.unlessBetween("oomScoreAdj", config.oomScoreAdj(), -1000, 1000);
        out.unlessBetween("iptablesMasqueradeBit", config.iptablesMasqueradeBit(), 0, 31);
        out.unlessBetween("iptablesDropBit", config.iptablesDropBit(), 0, 31);
        out.whenNegative("maxOpenFiles", config.maxOpenFiles());
        out.when(
                !config.systemCgroups().isEmpty() && config.cgroupRoot().isEmpty(),
                "systemCgroups",
                "needs cgroupRoot");
        out.when(
                config.containerRuntimeEndpoint().isEmpty(),
                "containerRuntimeEndpoint",
                "must not be empty");
        out.when(
                host.cgroupV1() && config.failCgroupV1(),
                "failCgroupV1",
                "is true and this host uses cgroup v1, which Kubernetes is giving up");
        out.when(
                host.cgroupV1() && !config.singleProcessOOMKill().orElse(true),
                "singleProcessOOMKill",
                "must not be false on a host with cgroup v1");
        out.when(
                !config.reservedSystemCPUs().isEmpty()
                        && CpuList.parse(config.reservedSystemCPUs()).isEmpty(),
                "reservedSystemCPUs",
                "must be a CPU list such as 0-3,8");
    }

    private void observability() {
        LoggingSection.check(config.logging(), gates, out);
        String version = config.showHiddenMetricsForVersion();
        out.when(
                !version.isEmpty() && !version.equals(KubernetesVersion.PREVIOUS_MINOR),
                "showHiddenMetricsForVersion",
                "must be empty or " + KubernetesVersion.PREVIOUS_MINOR);
        config.tracing().ifPresent(this::tracing);
    }

    private void tracing(TracingConfiguration tracing) {
        tracing.samplingRatePerMillion()
                .ifPresent(rate ->
                        out.unlessBetween("tracing.samplingRatePerMillion", rate, 0, 1_000_000));
        tracing.endpoint()
                .ifPresent(endpoint ->
                        out.when(
                                !isTracingEndpoint(endpoint),
                                "tracing.endpoint",
                                "must be host:port or a URL of dns:, unix: or unix-abstract:"));
    }

    private static boolean isTracingEndpoint(String endpoint) {
        try {
            String scheme =
                    new URI(endpoint.contains("//") ? endpoint : "dns://" + endpoint).getScheme();
            return scheme != null && TRACING_SCHEMES.contains(scheme);
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }

    private static boolean isClean(String path) {
        if (path.equals("/")) {
            return true;
        }
        for (String part : path.substring(1).split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
