package dev.caravel.config.kubelet;

import dev.caravel.config.Copies;
import dev.caravel.config.LoggingConfiguration;
import dev.caravel.config.tree.TreeWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A complete KubeletConfiguration, {@code kubelet.config.k8s.io/v1beta1}: every component carries
 * the name of the JSON field, and every default is filled in. Made by {@code KubeletSettings},
 * never changed afterwards.
 *
 * @param enableServer whether the HTTPS API on {@code address:port} is served
 * @param staticPodPath file or folder with static pod manifests; empty means none
 * @param podLogsDir absolute folder of the container logs
 * @param syncFrequency longest time between two syncs of a running pod
 * @param fileCheckFrequency time between two looks at {@code staticPodPath}
 * @param httpCheckFrequency time between two looks at {@code staticPodURL}
 * @param staticPodURL URL with static pod manifests; empty means none
 * @param staticPodURLHeader HTTP headers sent to {@code staticPodURL}; may hold secrets
 * @param address IP address the API server listens on
 * @param port port of the API server
 * @param readOnlyPort port of the unauthenticated API server; 0 means none
 * @param tlsCertFile serving certificate (PEM, chain); empty means self-signed or bootstrapped
 * @param tlsPrivateKeyFile key of {@code tlsCertFile}
 * @param tlsCipherSuites Go names of the TLS 1.2 suites to offer; empty means the defaults
 * @param tlsCurvePreferences Go CurveID numbers of the key exchanges to offer; empty means the
 *     defaults
 * @param tlsMinVersion {@code VersionTLS10} to {@code VersionTLS13}; empty means TLS 1.2
 * @param rotateCertificates whether the client certificate is renewed by CSR
 * @param serverTLSBootstrap whether the serving certificate is requested by CSR
 * @param authentication who is asking
 * @param authorization what may they do
 * @param registryPullQPS image pulls a second; 0 means unlimited
 * @param registryBurst image pulls at once above {@code registryPullQPS}
 * @param imagePullCredentialsVerificationPolicy which images on disk need credentials again; empty
 *     only with the gate off
 * @param preloadedImagesVerificationAllowlist images exempt from verification, {@code /*} at the
 *     end matches a prefix
 * @param eventRecordQPS events a second; 0 means unlimited
 * @param eventBurst events at once above {@code eventRecordQPS}
 * @param enableDebuggingHandlers whether exec, logs, run and the like are served
 * @param enableContentionProfiling whether lock contention is sampled
 * @param healthzPort port of the plain health server; 0 means none
 * @param healthzBindAddress IP address of the health server
 * @param oomScoreAdj value for the agent's own oom_score_adj
 * @param clusterDomain DNS domain of the cluster; empty means no cluster search path
 * @param clusterDNS DNS server addresses for pods
 * @param streamingConnectionIdleTimeout accepted for compatibility, the runtime owns streaming
 * @param nodeStatusUpdateFrequency time between two computations of the node status
 * @param nodeStatusReportFrequency time between two reports of an unchanged node status
 * @param nodeLeaseDurationSeconds life of the node lease, seconds; renewed every quarter of it
 * @param imageMinimumGCAge age below which an unused image stays
 * @param imageMaximumGCAge age above which an unused image goes; zero means never
 * @param imageGCHighThresholdPercent disk use, percent, that starts image collection
 * @param imageGCLowThresholdPercent disk use, percent, at which image collection stops
 * @param volumeStatsAggPeriod time between two measurements of volumes; negative turns them off
 * @param kubeletCgroups cgroup to put the agent in; empty means stay
 * @param systemCgroups cgroup to put all other host processes in; empty means leave them
 * @param cgroupRoot cgroup under which the pods' hierarchy is made; empty means the root
 * @param cgroupsPerQOS whether QoS and pod level cgroups are made
 * @param cgroupDriver who writes cgroups, unless the runtime says otherwise
 * @param cpuManagerPolicy how CPUs are given out
 * @param singleProcessOOMKill whether an OOM kill takes one process instead of the container; empty
 *     means false on cgroup v2, true on v1
 * @param cpuManagerPolicyOptions options of the static CPU policy
 * @param cpuManagerReconcilePeriod time between two comparisons of CPU sets with the runtime's
 * @param memoryManagerPolicy how NUMA memory is given out
 * @param topologyManagerPolicy how resource hints are merged
 * @param topologyManagerScope whether hints are merged for a container or a whole pod
 * @param topologyManagerPolicyOptions options of the topology policy
 * @param qosReserved share of requests withheld from lower QoS classes, such as {@code memory: 50%}
 * @param runtimeRequestTimeout deadline of one runtime call that is not long by nature
 * @param hairpinMode accepted for compatibility, CNI owns it
 * @param maxPods most pods on this node
 * @param podCIDR pod address range, used without an API server only
 * @param podPidsLimit processes in one pod; -1 means the node's limit
 * @param resolvConf resolver file the pods' DNS settings start from; empty means none
 * @param runOnce must be false
 * @param cpuCFSQuota whether CPU limits are enforced
 * @param cpuCFSQuotaPeriod period of the CPU bandwidth controller
 * @param nodeStatusMaxImages images listed in the node status; -1 means all
 * @param maxOpenFiles value for the agent's own RLIMIT_NOFILE
 * @param contentType content type of requests to the API server
 * @param kubeAPIQPS requests to the API server a second
 * @param kubeAPIBurst requests to the API server at once above {@code kubeAPIQPS}
 * @param serializeImagePulls whether images are pulled one after another
 * @param maxParallelImagePulls pulls side by side when not serialized; empty means unlimited
 * @param evictionHard thresholds that evict at once, such as {@code memory.available: 100Mi}
 * @param evictionSoft thresholds that evict after a grace period
 * @param evictionSoftGracePeriod grace period of each soft threshold
 * @param evictionPressureTransitionPeriod time a pressure condition stays after the pressure is
 *     gone
 * @param evictionMaxPodGracePeriod most seconds a pod gets to stop on a soft eviction; negative
 *     means the pod's own
 * @param evictionMinimumReclaim least amount an eviction must free
 * @param mergeDefaultEvictionSettings whether hard thresholds not named keep their default
 * @param podsPerCore most pods for each CPU; 0 means no such limit
 * @param enableControllerAttachDetach whether the controller attaches volumes instead of the
 *     kubelet
 * @param protectKernelDefaults whether differing kernel settings are an error instead of being set
 * @param makeIPTablesUtilChains whether KUBE-IPTABLES-HINT and KUBE-FIREWALL are kept in place
 * @param iptablesMasqueradeBit accepted for compatibility
 * @param iptablesDropBit accepted for compatibility
 * @param featureGates gates set by name; see package {@code gates}
 * @param failSwapOn whether swap on the host is an error
 * @param memorySwap use of swap by pods
 * @param containerLogMaxSize size at which a container log is rotated; negative turns rotation off
 * @param containerLogMaxFiles log files kept for a container
 * @param containerLogMaxWorkers logs rotated side by side
 * @param containerLogMonitorInterval time between two looks at the log sizes
 * @param configMapAndSecretChangeDetectionStrategy how changes of ConfigMaps and Secrets are
 *     noticed
 * @param systemReserved resources kept for the host
 * @param kubeReserved resources kept for Kubernetes' own processes
 * @param reservedSystemCPUs CPU list kept for host and Kubernetes, such as {@code 0-3}; empty means
 *     none
 * @param showHiddenMetricsForVersion previous minor version whose hidden metrics are shown; empty
 *     means none
 * @param systemReservedCgroup cgroup that {@code systemReserved} is enforced on
 * @param kubeReservedCgroup cgroup that {@code kubeReserved} is enforced on
 * @param enforceNodeAllocatable where allocatable is enforced
 * @param allowedUnsafeSysctls unsafe sysctls pods may set, {@code *} at the end matches a prefix
 * @param defaultPodSysctls namespaced sysctls set for each pod that does not set them
 * @param volumePluginDir folder of flexvolume drivers
 * @param providerID name of this machine at the cloud provider
 * @param kernelMemcgNotification accepted for compatibility, cgroup v1 only
 * @param logging log format and detail
 * @param enableSystemLogHandler whether {@code /logs/} is served
 * @param enableSystemLogQuery whether {@code /logs/?query=} is served
 * @param shutdownGracePeriod time pods get in all when the node shuts down
 * @param shutdownGracePeriodCriticalPods part of {@code shutdownGracePeriod} kept for critical pods
 * @param shutdownGracePeriodByPodPriority shutdown time by pod priority, instead of the two above
 * @param crashLoopBackOff limits of the restart delay
 * @param reservedMemory memory of each NUMA node kept from the static memory policy
 * @param enableProfilingHandler whether {@code /debug/pprof} is served
 * @param enableDebugFlagsHandler whether {@code /debug/flags/v} is served
 * @param seccompDefault whether RuntimeDefault is the seccomp profile of pods that name none
 * @param memoryThrottlingFactor factor for memory.high; empty means it is not set
 * @param memoryReservationPolicy whether requests become memory.min and memory.low
 * @param registerWithTaints taints of the node when it registers
 * @param registerNode whether the node registers itself
 * @param tracing where OpenTelemetry spans go; empty means nowhere
 * @param localStorageCapacityIsolation whether ephemeral storage is measured and limited
 * @param containerRuntimeEndpoint CRI socket
 * @param imageServiceEndpoint CRI image socket; empty means {@code containerRuntimeEndpoint}
 * @param failCgroupV1 whether a cgroup v1 host is an error
 * @param userNamespaces user namespace sizes; empty means defaults
 */
public record KubeletConfiguration(
        boolean enableServer,
        String staticPodPath,
        String podLogsDir,
        Duration syncFrequency,
        Duration fileCheckFrequency,
        Duration httpCheckFrequency,
        String staticPodURL,
        Map<String, List<String>> staticPodURLHeader,
        String address,
        int port,
        int readOnlyPort,
        String tlsCertFile,
        String tlsPrivateKeyFile,
        List<String> tlsCipherSuites,
        List<Integer> tlsCurvePreferences,
        String tlsMinVersion,
        boolean rotateCertificates,
        boolean serverTLSBootstrap,
        KubeletAuthentication authentication,
        KubeletAuthorization authorization,
        int registryPullQPS,
        int registryBurst,
        Optional<ImagePullCredentialsVerificationPolicy> imagePullCredentialsVerificationPolicy,
        List<String> preloadedImagesVerificationAllowlist,
        int eventRecordQPS,
        int eventBurst,
        boolean enableDebuggingHandlers,
        boolean enableContentionProfiling,
        int healthzPort,
        String healthzBindAddress,
        int oomScoreAdj,
        String clusterDomain,
        List<String> clusterDNS,
        Duration streamingConnectionIdleTimeout,
        Duration nodeStatusUpdateFrequency,
        Duration nodeStatusReportFrequency,
        int nodeLeaseDurationSeconds,
        Duration imageMinimumGCAge,
        Duration imageMaximumGCAge,
        int imageGCHighThresholdPercent,
        int imageGCLowThresholdPercent,
        Duration volumeStatsAggPeriod,
        String kubeletCgroups,
        String systemCgroups,
        String cgroupRoot,
        boolean cgroupsPerQOS,
        CgroupDriver cgroupDriver,
        CpuManagerPolicy cpuManagerPolicy,
        Optional<Boolean> singleProcessOOMKill,
        Map<String, String> cpuManagerPolicyOptions,
        Duration cpuManagerReconcilePeriod,
        MemoryManagerPolicy memoryManagerPolicy,
        TopologyManagerPolicy topologyManagerPolicy,
        TopologyManagerScope topologyManagerScope,
        Map<String, String> topologyManagerPolicyOptions,
        Map<String, String> qosReserved,
        Duration runtimeRequestTimeout,
        HairpinMode hairpinMode,
        int maxPods,
        String podCIDR,
        long podPidsLimit,
        String resolvConf,
        boolean runOnce,
        boolean cpuCFSQuota,
        Duration cpuCFSQuotaPeriod,
        int nodeStatusMaxImages,
        long maxOpenFiles,
        String contentType,
        int kubeAPIQPS,
        int kubeAPIBurst,
        boolean serializeImagePulls,
        OptionalInt maxParallelImagePulls,
        Map<String, String> evictionHard,
        Map<String, String> evictionSoft,
        Map<String, String> evictionSoftGracePeriod,
        Duration evictionPressureTransitionPeriod,
        int evictionMaxPodGracePeriod,
        Map<String, String> evictionMinimumReclaim,
        boolean mergeDefaultEvictionSettings,
        int podsPerCore,
        boolean enableControllerAttachDetach,
        boolean protectKernelDefaults,
        boolean makeIPTablesUtilChains,
        int iptablesMasqueradeBit,
        int iptablesDropBit,
        Map<String, Boolean> featureGates,
        boolean failSwapOn,
        MemorySwapConfiguration memorySwap,
        String containerLogMaxSize,
        int containerLogMaxFiles,
        int containerLogMaxWorkers,
        Duration containerLogMonitorInterval,
        ChangeDetectionStrategy configMapAndSecretChangeDetectionStrategy,
        Map<String, String> systemReserved,
        Map<String, String> kubeReserved,
        String reservedSystemCPUs,
        String showHiddenMetricsForVersion,
        String systemReservedCgroup,
        String kubeReservedCgroup,
        List<NodeAllocatableEnforcement> enforceNodeAllocatable,
        List<String> allowedUnsafeSysctls,
        Map<String, String> defaultPodSysctls,
        String volumePluginDir,
        String providerID,
        boolean kernelMemcgNotification,
        LoggingConfiguration logging,
        boolean enableSystemLogHandler,
        boolean enableSystemLogQuery,
        Duration shutdownGracePeriod,
        Duration shutdownGracePeriodCriticalPods,
        List<ShutdownGracePeriodByPodPriority> shutdownGracePeriodByPodPriority,
        CrashLoopBackOffConfig crashLoopBackOff,
        List<MemoryReservation> reservedMemory,
        boolean enableProfilingHandler,
        boolean enableDebugFlagsHandler,
        boolean seccompDefault,
        OptionalDouble memoryThrottlingFactor,
        MemoryReservationPolicy memoryReservationPolicy,
        List<Taint> registerWithTaints,
        boolean registerNode,
        Optional<TracingConfiguration> tracing,
        boolean localStorageCapacityIsolation,
        String containerRuntimeEndpoint,
        String imageServiceEndpoint,
        boolean failCgroupV1,
        Optional<UserNamespaces> userNamespaces) {

    /** {@code apiVersion} of the file and of {@code /configz}. */
    public static final String API_VERSION = "kubelet.config.k8s.io/v1beta1";

    /** {@code kind} of the file and of {@code /configz}. */
    public static final String KIND = "KubeletConfiguration";

    public KubeletConfiguration {
        staticPodURLHeader = Copies.mapOfLists(staticPodURLHeader);
        tlsCipherSuites = List.copyOf(tlsCipherSuites);
        tlsCurvePreferences = List.copyOf(tlsCurvePreferences);
        preloadedImagesVerificationAllowlist = List.copyOf(preloadedImagesVerificationAllowlist);
        clusterDNS = List.copyOf(clusterDNS);
        cpuManagerPolicyOptions = Copies.map(cpuManagerPolicyOptions);
        topologyManagerPolicyOptions = Copies.map(topologyManagerPolicyOptions);
        qosReserved = Copies.map(qosReserved);
        evictionHard = Copies.map(evictionHard);
        evictionSoft = Copies.map(evictionSoft);
        evictionSoftGracePeriod = Copies.map(evictionSoftGracePeriod);
        evictionMinimumReclaim = Copies.map(evictionMinimumReclaim);
        featureGates = Copies.map(featureGates);
        systemReserved = Copies.map(systemReserved);
        kubeReserved = Copies.map(kubeReserved);
        enforceNodeAllocatable = List.copyOf(enforceNodeAllocatable);
        allowedUnsafeSysctls = List.copyOf(allowedUnsafeSysctls);
        defaultPodSysctls = Copies.map(defaultPodSysctls);
        shutdownGracePeriodByPodPriority = List.copyOf(shutdownGracePeriodByPodPriority);
        reservedMemory = List.copyOf(reservedMemory);
        registerWithTaints = List.copyOf(registerWithTaints);
    }

    /** The configuration of a file that sets nothing. */
    public static KubeletConfiguration defaults() {
        return parse("");
    }

    /**
     * The configuration of a file with these fields, as {@code --config} would give it; {@code
     * apiVersion} and {@code kind} may be left out. For tools and tests: the kubelet itself goes
     * through {@link KubeletSettings}.
     *
     * @throws IllegalArgumentException naming everything that is wrong
     */
    public static KubeletConfiguration parse(String yaml) {
        return KubeletText.parse(yaml);
    }

    /**
     * The configuration as YAML for the log, header values of {@code staticPodURLHeader} masked.
     */
    public String toYamlForLog() {
        return KubeletText.yamlForLog(this);
    }

    /**
     * The configuration as one line of JSON, kind and apiVersion included, as {@code /configz}
     * serves it.
     */
    public String toJson() {
        return TreeWriter.json(KubeletEncoder.encode(this));
    }
}
