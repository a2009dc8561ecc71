package dev.caravel.config.kubelet;

import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.flags.Flag;
import dev.caravel.config.flags.FlagKind;
import dev.caravel.config.flags.FlagSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every flag of the kubelet (contract §1.5; upstream's cmd/kubelet/app/options). */
final class KubeletFlagTable {

    /** Flags that set a field of the file: name, kind, field. */
    private static final String FIELDS =
            """
            address IP address
            allowed-unsafe-sysctls LIST allowedUnsafeSysctls
            anonymous-auth BOOL authentication.anonymous.enabled
            authentication-token-webhook BOOL authentication.webhook.enabled
            authentication-token-webhook-cache-ttl DURATION authentication.webhook.cacheTTL
            authorization-mode STRING authorization.mode
            authorization-webhook-cache-authorized-ttl DURATION authorization.webhook.cacheAuthorizedTTL
            authorization-webhook-cache-unauthorized-ttl DURATION authorization.webhook.cacheUnauthorizedTTL
            cgroup-driver STRING cgroupDriver
            cgroup-root STRING cgroupRoot
            cgroups-per-qos BOOL cgroupsPerQOS
            client-ca-file STRING authentication.x509.clientCAFile
            cluster-dns LIST clusterDNS
            cluster-domain STRING clusterDomain
            container-log-max-files INT32 containerLogMaxFiles
            container-log-max-size STRING containerLogMaxSize
            container-runtime-endpoint STRING containerRuntimeEndpoint
            contention-profiling BOOL enableContentionProfiling
            cpu-cfs-quota BOOL cpuCFSQuota
            cpu-cfs-quota-period DURATION cpuCFSQuotaPeriod
            cpu-manager-policy STRING cpuManagerPolicy
            cpu-manager-policy-options SINGLE_MAP cpuManagerPolicyOptions
            cpu-manager-reconcile-period DURATION cpuManagerReconcilePeriod
            enable-controller-attach-detach BOOL enableControllerAttachDetach
            enable-debugging-handlers BOOL enableDebuggingHandlers
            enable-server BOOL enableServer
            enforce-node-allocatable LIST enforceNodeAllocatable
            event-burst INT32 eventBurst
            event-qps INT32 eventRecordQPS
            eviction-hard THRESHOLDS evictionHard
            eviction-max-pod-grace-period INT32 evictionMaxPodGracePeriod
            eviction-minimum-reclaim MAP evictionMinimumReclaim
            eviction-pressure-transition-period DURATION evictionPressureTransitionPeriod
            eviction-soft THRESHOLDS evictionSoft
            eviction-soft-grace-period MAP evictionSoftGracePeriod
            fail-cgroupv1 BOOL failCgroupV1
            fail-swap-on BOOL failSwapOn
            feature-gates BOOL_MAP featureGates
            file-check-frequency DURATION fileCheckFrequency
            hairpin-mode STRING hairpinMode
            healthz-bind-address IP healthzBindAddress
            healthz-port INT32 healthzPort
            http-check-frequency DURATION httpCheckFrequency
            image-gc-high-threshold INT32 imageGCHighThresholdPercent
            image-gc-low-threshold INT32 imageGCLowThresholdPercent
            image-service-endpoint STRING imageServiceEndpoint
            kernel-memcg-notification BOOL kernelMemcgNotification
            kube-api-burst INT32 kubeAPIBurst
            kube-api-content-type STRING contentType
            kube-api-qps INT32 kubeAPIQPS
            kube-reserved MAP kubeReserved
            kube-reserved-cgroup STRING kubeReservedCgroup
            kubelet-cgroups STRING kubeletCgroups
            local-storage-capacity-isolation BOOL localStorageCapacityIsolation
            make-iptables-util-chains BOOL makeIPTablesUtilChains
            manifest-url STRING staticPodURL
            manifest-url-header HEADERS staticPodURLHeader
            max-open-files INT64 maxOpenFiles
            max-pods INT32 maxPods
            memory-manager-policy STRING memoryManagerPolicy
            minimum-image-ttl-duration DURATION imageMinimumGCAge
            node-status-max-images INT32 nodeStatusMaxImages
            node-status-update-frequency DURATION nodeStatusUpdateFrequency
            oom-score-adj INT32 oomScoreAdj
            pod-cidr STRING podCIDR
            pod-manifest-path STRING staticPodPath
            pod-max-pids INT64 podPidsLimit
            pods-per-core INT32 podsPerCore
            port INT32 port
            protect-kernel-defaults BOOL protectKernelDefaults
            provider-id STRING providerID
            qos-reserved MAP qosReserved
            read-only-port INT32 readOnlyPort
            register-node BOOL registerNode
            register-with-taints TAINTS registerWithTaints
            registry-burst INT32 registryBurst
            registry-qps INT32 registryPullQPS
            reserved-cpus STRING reservedSystemCPUs
            reserved-memory RESERVED_MEMORY reservedMemory
            resolv-conf STRING resolvConf
            rotate-certificates BOOL rotateCertificates
            rotate-server-certificates BOOL serverTLSBootstrap
            runonce BOOL runOnce
            runtime-request-timeout DURATION runtimeRequestTimeout
            serialize-image-pulls BOOL serializeImagePulls
            streaming-connection-idle-timeout DURATION streamingConnectionIdleTimeout
            sync-frequency DURATION syncFrequency
            system-cgroups STRING systemCgroups
            system-reserved MAP systemReserved
            system-reserved-cgroup STRING systemReservedCgroup
            tls-cert-file STRING tlsCertFile
            tls-cipher-suites LIST tlsCipherSuites
            tls-min-version STRING tlsMinVersion
            tls-private-key-file STRING tlsPrivateKeyFile
            topology-manager-policy STRING topologyManagerPolicy
            topology-manager-policy-options MAP topologyManagerPolicyOptions
            topology-manager-scope STRING topologyManagerScope
            volume-plugin-dir STRING volumePluginDir
            volume-stats-agg-period DURATION volumeStatsAggPeriod
            """;

    private static final Set<String> STAYING =
            Set.of("v", "vmodule", "log-flush-frequency", "provider-id", "fail-cgroupv1");
    private static final String USE_FILE = "set the field in the file of --config instead";
    private static final String USE_EVICTION = "use --eviction-hard or --eviction-soft instead";

    private static final Map<String, String> REMOVED =
            Map.of(
                    "pod-infra-container-image",
                    "removed in 1.35: set the sandbox image in the runtime's own configuration",
                    "container-runtime",
                    "removed in 1.27: every runtime speaks CRI, see --container-runtime-endpoint",
                    "network-plugin",
                    "removed in 1.24: the runtime calls CNI",
                    "cni-bin-dir",
                    "removed in 1.24: the runtime calls CNI",
                    "cni-conf-dir",
                    "removed in 1.24: the runtime calls CNI",
                    "dynamic-config-dir",
                    "removed in 1.24: use --config and --config-dir",
                    "keep-terminated-pod-volumes",
                    "removed without replacement",
                    "iptables-masquerade-bit",
                    "removed: the kubelet marks no packets any more",
                    "iptables-drop-bit",
                    "removed: the kubelet marks no packets any more",
                    "really-crash-for-testing",
                    "removed without replacement");

    private KubeletFlagTable() {}

    /** All of them, own flags first. */
    static FlagSet flags() {
        List<Flag> flags = new ArrayList<>(own());
        flags.addAll(deprecated());
        FIELDS.lines().map(KubeletFlagTable::field).forEach(flags::add);
        LoggingSection.flags().stream().map(KubeletFlagTable::aged).forEach(flags::add);
        return new FlagSet(flags, Map.of('v', "v", 'h', "help"), REMOVED);
    }

    private static Flag field(String line) {
        String[] parts = line.split(" ", -1);
        return aged(Flag.forField(parts[0], FlagKind.valueOf(parts[1]), parts[2]));
    }

    private static Flag aged(Flag flag) {
        return STAYING.contains(flag.name()) ? flag : flag.deprecated(USE_FILE);
    }

    private static List<Flag> own() {
        return List.of(
                text("config", "KubeletConfiguration file"),
                text(
                        "config-dir",
                        "folder of *.conf drop-ins, merged over --config in order of name"),
                text("kubeconfig", "access to the API server; none means standalone"),
                text(
                        "bootstrap-kubeconfig",
                        "access for getting a certificate while --kubeconfig is not valid"),
                text("hostname-override", "node name (default: the host's name)"),
                text(
                        "node-ip",
                        "node address, or a dual-stack pair; 0.0.0.0 or :: prefers a family"),
                Flag.own("node-labels", FlagKind.LABELS, "labels of the node when it registers"),
                text("cloud-provider", "external, or nothing"),
                text(
                        "root-dir",
                        "folder of everything the kubelet keeps (default /var/lib/kubelet)"),
                text("cert-dir", "folder of its certificates (default /var/lib/kubelet/pki)"),
                text(
                        "image-credential-provider-config",
                        "file or folder that configures credential plugins"),
                text("image-credential-provider-bin-dir", "folder of the credential plugins"),
                Flag.own(
                        "seccomp-default",
                        FlagKind.BOOL,
                        "RuntimeDefault for pods that name no seccomp profile"),
                text("runtime-cgroups", "cgroup the runtime is measured in"),
                Flag.own(
                        "housekeeping-interval",
                        FlagKind.DURATION,
                        "time between container measurements (default 10s)"),
                text("lock-file", "file to lock while running"),
                Flag.own(
                        "exit-on-lock-contention",
                        FlagKind.BOOL,
                        "end when another process opens the lock file"),
                Flag.own("help", FlagKind.BOOL, "this text"),
                Flag.own("help-all", FlagKind.BOOL, "every flag"),
                Flag.own(
                        "version",
                        FlagKind.VERSION,
                        "print the version; =raw with build details; =vX.Y.Z-suffix reports that"));
    }

    private static Flag text(String name, String help) {
        return Flag.own(name, FlagKind.STRING, help);
    }

    private static List<Flag> deprecated() {
        return List.of(
                Flag.own(
                                "minimum-container-ttl-duration",
                                FlagKind.DURATION,
                                "age below which dead containers stay")
                        .deprecated(USE_EVICTION),
                Flag.own(
                                "maximum-dead-containers-per-container",
                                FlagKind.INT32,
                                "dead instances kept of each container")
                        .deprecated(USE_EVICTION),
                Flag.own(
                                "maximum-dead-containers",
                                FlagKind.INT32,
                                "dead containers kept in all; negative means any")
                        .deprecated(USE_EVICTION),
                Flag.own("experimental-mounter-path", FlagKind.STRING, "no effect")
                        .deprecated("use a CSI driver"),
                Flag.own(
                                "experimental-allocatable-ignore-eviction",
                                FlagKind.BOOL,
                                "leave hard thresholds out of allocatable")
                        .deprecated("it will go away without replacement"));
    }
}
