package dev.caravel.config.kubelet;

import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.TreeBuilder;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Writes a KubeletConfiguration back as a document, with the same fields left out as upstream's
 * JSON, so that {@code /configz} can be compared byte for byte after sorting.
 */
final class KubeletEncoder {

    private KubeletEncoder() {}

    /** The document of {@code config}. */
    static Node.Fields encode(KubeletConfiguration config) {
        TreeBuilder tree = new TreeBuilder();
        tree.put("kind", KubeletConfiguration.KIND)
                .put("apiVersion", KubeletConfiguration.API_VERSION);
        serving(config, tree);
        nodeAndCgroups(config, tree);
        podsAndEviction(config, tree);
        hostAndShutdown(config, tree);
        return tree.build();
    }

    /** Servers, authentication, image pulls, events. */
    private static void serving(KubeletConfiguration c, TreeBuilder tree) {
        tree.put("enableServer", c.enableServer())
                .putUnlessEmpty("staticPodPath", c.staticPodPath())
                .putUnlessEmpty("podLogsDir", c.podLogsDir())
                .put("syncFrequency", c.syncFrequency())
                .put("fileCheckFrequency", c.fileCheckFrequency())
                .put("httpCheckFrequency", c.httpCheckFrequency())
                .putUnlessEmpty("staticPodURL", c.staticPodURL())
                .putListsUnlessEmpty("staticPodURLHeader", c.staticPodURLHeader())
                .putUnlessEmpty("address", c.address())
                .putUnlessZero("port", c.port())
                .putUnlessZero("readOnlyPort", c.readOnlyPort())
                .putUnlessEmpty("tlsCertFile", c.tlsCertFile())
                .putUnlessEmpty("tlsPrivateKeyFile", c.tlsPrivateKeyFile())
                .putUnlessEmpty("tlsCipherSuites", c.tlsCipherSuites())
                .putNumbersUnlessEmpty("tlsCurvePreferences", c.tlsCurvePreferences())
                .putUnlessEmpty("tlsMinVersion", c.tlsMinVersion())
                .putUnlessFalse("rotateCertificates", c.rotateCertificates())
                .putUnlessFalse("serverTLSBootstrap", c.serverTLSBootstrap())
                .section("authentication", out -> KubeletSections.encode(c.authentication(), out))
                .section("authorization", out -> KubeletSections.encode(c.authorization(), out))
                .put("registryPullQPS", c.registryPullQPS())
                .putUnlessZero("registryBurst", c.registryBurst())
                .ifPresent(
                        c.imagePullCredentialsVerificationPolicy(),
                        (out, value) -> out.put("imagePullCredentialsVerificationPolicy", value))
                .putUnlessEmpty(
                        "preloadedImagesVerificationAllowlist",
                        c.preloadedImagesVerificationAllowlist())
                .put("eventRecordQPS", c.eventRecordQPS())
                .putUnlessZero("eventBurst", c.eventBurst())
                .put("enableDebuggingHandlers", c.enableDebuggingHandlers())
                .putUnlessFalse("enableContentionProfiling", c.enableContentionProfiling())
                .put("healthzPort", c.healthzPort())
                .putUnlessEmpty("healthzBindAddress", c.healthzBindAddress())
                .put("oomScoreAdj", c.oomScoreAdj())
                .putUnlessEmpty("clusterDomain", c.clusterDomain())
                .putUnlessEmpty("clusterDNS", c.clusterDNS());
    }

    /** Node status, image collection, resource allocators. */
    private static void nodeAndCgroups(KubeletConfiguration c, TreeBuilder tree) {
        tree.put("streamingConnectionIdleTimeout", c.streamingConnectionIdleTimeout())
                .put("nodeStatusUpdateFrequency", c.nodeStatusUpdateFrequency())
                .put("nodeStatusReportFrequency", c.nodeStatusReportFrequency())
                .putUnlessZero("nodeLeaseDurationSeconds", c.nodeLeaseDurationSeconds())
                .put("imageMinimumGCAge", c.imageMinimumGCAge())
                .put("imageMaximumGCAge", c.imageMaximumGCAge())
                .put("imageGCHighThresholdPercent", c.imageGCHighThresholdPercent())
                .put("imageGCLowThresholdPercent", c.imageGCLowThresholdPercent())
                .put("volumeStatsAggPeriod", c.volumeStatsAggPeriod())
                .putUnlessEmpty("kubeletCgroups", c.kubeletCgroups())
                .putUnlessEmpty("systemCgroups", c.systemCgroups())
                .putUnlessEmpty("cgroupRoot", c.cgroupRoot())
                .put("cgroupsPerQOS", c.cgroupsPerQOS())
                .put("cgroupDriver", c.cgroupDriver())
                .put("cpuManagerPolicy", c.cpuManagerPolicy())
                .ifPresent(
                        c.singleProcessOOMKill(),
                        (out, value) -> out.put("singleProcessOOMKill", value))
                .putUnlessEmpty("cpuManagerPolicyOptions", c.cpuManagerPolicyOptions())
                .put("cpuManagerReconcilePeriod", c.cpuManagerReconcilePeriod())
                .put("memoryManagerPolicy", c.memoryManagerPolicy())
                .put("topologyManagerPolicy", c.topologyManagerPolicy())
                .put("topologyManagerScope", c.topologyManagerScope())
                .putUnlessEmpty("topologyManagerPolicyOptions", c.topologyManagerPolicyOptions())
                .putUnlessEmpty("qosReserved", c.qosReserved())
                .put("runtimeRequestTimeout", c.runtimeRequestTimeout())
                .put("hairpinMode", c.hairpinMode())
                .putUnlessZero("maxPods", c.maxPods())
                .putUnlessEmpty("podCIDR", c.podCIDR())
                .put("podPidsLimit", c.podPidsLimit())
                .put("resolvConf", c.resolvConf())
                .putUnlessFalse("runOnce", c.runOnce())
                .put("cpuCFSQuota", c.cpuCFSQuota())
                .put("cpuCFSQuotaPeriod", c.cpuCFSQuotaPeriod())
                .put("nodeStatusMaxImages", c.nodeStatusMaxImages())
                .putUnlessZero("maxOpenFiles", c.maxOpenFiles())
                .putUnlessEmpty("contentType", c.contentType());
    }

    /** Requests, eviction, swap, container logs. */
    private static void podsAndEviction(KubeletConfiguration c, TreeBuilder tree) {
        tree.put("kubeAPIQPS", c.kubeAPIQPS())
                .putUnlessZero("kubeAPIBurst", c.kubeAPIBurst())
                .put("serializeImagePulls", c.serializeImagePulls())
                .ifPresent(
                        boxed(c.maxParallelImagePulls()),
                        (out, value) -> out.put("maxParallelImagePulls", value))
                .putUnlessEmpty("evictionHard", c.evictionHard())
                .putUnlessEmpty("evictionSoft", c.evictionSoft())
                .putUnlessEmpty("evictionSoftGracePeriod", c.evictionSoftGracePeriod())
                .put("evictionPressureTransitionPeriod", c.evictionPressureTransitionPeriod())
                .putUnlessZero("evictionMaxPodGracePeriod", c.evictionMaxPodGracePeriod())
                .putUnlessEmpty("evictionMinimumReclaim", c.evictionMinimumReclaim())
                .put("mergeDefaultEvictionSettings", c.mergeDefaultEvictionSettings())
                .putUnlessZero("podsPerCore", c.podsPerCore())
                .put("enableControllerAttachDetach", c.enableControllerAttachDetach())
                .putUnlessFalse("protectKernelDefaults", c.protectKernelDefaults())
                .put("makeIPTablesUtilChains", c.makeIPTablesUtilChains())
                .put("iptablesMasqueradeBit", c.iptablesMasqueradeBit())
                .put("iptablesDropBit", c.iptablesDropBit())
                .putBoolsUnlessEmpty("featureGates", c.featureGates())
                .put("failSwapOn", c.failSwapOn())
                .section(
                        "memorySwap",
                        out ->
                                out.putUnlessEmpty(
                                        "swapBehavior", c.memorySwap().swapBehavior().wireName()))
                .putUnlessEmpty("containerLogMaxSize", c.containerLogMaxSize())
                .put("containerLogMaxFiles", c.containerLogMaxFiles())
                .put("containerLogMaxWorkers", c.containerLogMaxWorkers())
                .put("containerLogMonitorInterval", c.containerLogMonitorInterval())
                .put(
                        "configMapAndSecretChangeDetectionStrategy",
                        c.configMapAndSecretChangeDetectionStrategy())
                .putUnlessEmpty("systemReserved", c.systemReserved())
                .putUnlessEmpty("kubeReserved", c.kubeReserved())
                .putUnlessEmpty("reservedSystemCPUs", c.reservedSystemCPUs())
                .putUnlessEmpty("showHiddenMetricsForVersion", c.showHiddenMetricsForVersion());
    }

    /** Reservations, logging, shutdown, registration, runtime. */
    private static void hostAndShutdown(KubeletConfiguration c, TreeBuilder tree) {
        tree.putUnlessEmpty("systemReservedCgroup", c.systemReservedCgroup())
                .putUnlessEmpty("kubeReservedCgroup", c.kubeReservedCgroup())
                .putWordsUnlessEmpty("enforceNodeAllocatable", c.enforceNodeAllocatable())
                .putUnlessEmpty("allowedUnsafeSysctls", c.allowedUnsafeSysctls())
                .putUnlessEmpty("defaultPodSysctls", c.defaultPodSysctls())
                .putUnlessEmpty("volumePluginDir", c.volumePluginDir())
                .putUnlessEmpty("providerID", c.providerID())
                .putUnlessFalse("kernelMemcgNotification", c.kernelMemcgNotification())
                .section("logging", out -> LoggingSection.encode(c.logging(), out))
                .put("enableSystemLogHandler", c.enableSystemLogHandler())
                .put("enableSystemLogQuery", c.enableSystemLogQuery())
                .put("shutdownGracePeriod", c.shutdownGracePeriod())
                .put("shutdownGracePeriodCriticalPods", c.shutdownGracePeriodCriticalPods())
                .sectionsUnlessEmpty(
                        "shutdownGracePeriodByPodPriority",
                        c.shutdownGracePeriodByPodPriority(),
                        KubeletSections::encode)
                .section(
                        "crashLoopBackOff",
                        out -> KubeletSections.encode(c.crashLoopBackOff(), out))
                .sectionsUnlessEmpty("reservedMemory", c.reservedMemory(), KubeletSections::encode)
                .put("enableProfilingHandler", c.enableProfilingHandler())
                .put("enableDebugFlagsHandler", c.enableDebugFlagsHandler())
                .put("seccompDefault", c.seccompDefault())
                .ifPresent(
                        boxed(c.memoryThrottlingFactor()),
                        (out, value) ->
                                out.put("memoryThrottlingFactor", BigDecimal.valueOf(value)))
                .put("memoryReservationPolicy", c.memoryReservationPolicy())
                .sectionsUnlessEmpty(
                        "registerWithTaints", c.registerWithTaints(), KubeletSections::encode)
                .put("registerNode", c.registerNode())
                .ifPresent(
                        c.tracing(),
                        (out, tracing) ->
                                out.section(
                                        "tracing",
                                        section -> KubeletSections.encode(tracing, section)))
                .put("localStorageCapacityIsolation", c.localStorageCapacityIsolation())
                .put("containerRuntimeEndpoint", c.containerRuntimeEndpoint())
                .putUnlessEmpty("imageServiceEndpoint", c.imageServiceEndpoint())
                .put("failCgroupV1", c.failCgroupV1())
                .ifPresent(
                        c.userNamespaces(),
                        (out, namespaces) ->
                                out.section(
                                        "userNamespaces",
                                        section -> KubeletSections.encode(namespaces, section)));
    }

    private static Optional<Integer> boxed(OptionalInt value) {
        return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }
}
