package dev.caravel.config.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.config.document.Violations;
import dev.caravel.config.gates.FeatureGates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeletRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {imageGCLowThresholdPercent: 85}                                    | imageGCLowThresholdPercent: 85 must be less than imageGCHighThresholdPercent, which is 85
                    {imageMaximumGCAge: 2m}                                             | imageMaximumGCAge: "2m" must be longer than imageMinimumGCAge, or 0s
                    {maxParallelImagePulls: 2, serializeImagePulls: true}               | maxParallelImagePulls: 2 must be 1 while serializeImagePulls is true
                    {systemCgroups: /system}                                            | systemCgroups: "/system" needs cgroupRoot
                    {enableSystemLogQuery: true, enableSystemLogHandler: false}         | enableSystemLogQuery: true needs enableSystemLogHandler: true
                    {enforceNodeAllocatable: [pods], cgroupsPerQOS: false}              | enforceNodeAllocatable[0]: "pods" needs cgroupsPerQOS: true
                    {enforceNodeAllocatable: [system-reserved]}                         | enforceNodeAllocatable[0]: "system-reserved" needs systemReservedCgroup
                    {enforceNodeAllocatable: [kube-reserved-compressible]}              | enforceNodeAllocatable[0]: "kube-reserved-compressible" needs kubeReservedCgroup
                    {enforceNodeAllocatable: [pods, pods]}                              | enforceNodeAllocatable[1]: "pods" is listed twice
                    {enforceNodeAllocatable: [kube-reserved, kube-reserved-compressible], kubeReservedCgroup: /k} | enforceNodeAllocatable must not hold both kube-reserved and kube-reserved-compressible
                    {reservedSystemCPUs: "0", systemReservedCgroup: /s}                 | reservedSystemCPUs: "0" excludes systemReservedCgroup and kubeReservedCgroup
                    {evictionSoft: {memory.available: 1Gi}}                             | evictionSoft.memory.available: "1Gi" needs a period in evictionSoftGracePeriod
                    {evictionHard: {memory.available: 101%}}                            | evictionHard.memory.available: "101%" must be an amount above 0 such as 100Mi or a percentage from 0% to 100%
                    {evictionHard: {memory.available: "0"}}                             | evictionHard.memory.available: "0" must be an amount above 0 such as 100Mi or a percentage from 0% to 100%
                    {evictionSoftGracePeriod: {memory.available: -1s}}                  | evictionSoftGracePeriod.memory.available: "-1s" must be a duration of 0s or longer
                    {shutdownGracePeriodCriticalPods: 30s}                              | shutdownGracePeriodCriticalPods: "30s" must not be longer than shutdownGracePeriod
                    {shutdownGracePeriod: 30s, shutdownGracePeriodByPodPriority: [{priority: 1, shutdownGracePeriodSeconds: 1}]} | shutdownGracePeriodByPodPriority excludes shutdownGracePeriod and shutdownGracePeriodCriticalPods
                    {reservedMemory: [{numaNode: 0, limits: {memory: 0}}]}              | reservedMemory[0].limits.memory: 0 must not be 0
                    {reservedMemory: [{numaNode: 1, limits: {memory: 1}}, {numaNode: 1, limits: {memory: 1}}]} | reservedMemory[1].limits.memory: 1 is reserved twice on NUMA node 1
                    {registerWithTaints: [{key: "a b", effect: NoSchedule}]}            | registerWithTaints[0].key: "a b" must be a qualified name
                    {registerWithTaints: [{key: a, effect: ""}]}                        | registerWithTaints[0].effect: null must be one of NoSchedule, PreferNoSchedule, NoExecute
                    {registerWithTaints: [{key: a, effect: NoSchedule, timeAdded: now}]}| registerWithTaints[0].timeAdded: "now" must not be set, the node controller does that
                    {podLogsDir: /var/log/}                                             | podLogsDir: "/var/log/" must be a path without //, . and .. and without a slash at its end
                    {podLogsDir: /var/lög}                                              | podLogsDir: "/var/lög" must be ASCII, metrics carry it
                    {logging: {format: json, vmodule: [{filePattern: a, verbosity: 1}]}}| logging.vmodule works with the text format only
                    {tlsCurvePreferences: [29, 29]}                                     | tlsCurvePreferences[1]: 29 is listed twice
                    {preloadedImagesVerificationAllowlist: [a]}                         | preloadedImagesVerificationAllowlist needs imagePullCredentialsVerificationPolicy: NeverVerifyAllowlistedImages
                    {qosReserved: {cpu: 50%}}                                           | qosReserved.cpu: "50%" cannot be reserved; memory can
                    {featureGates: {GracefulNodeShutdown: false, GracefulNodeShutdownBasedOnPodPriority: false, WindowsGracefulNodeShutdown: false}, shutdownGracePeriod: 30s} | shutdownGracePeriod: "30s" needs the feature gate GracefulNodeShutdown
                    {featureGates: {KubeletCrashLoopBackOffMax: false}, crashLoopBackOff: {maxContainerRestartPeriod: 1m}} | crashLoopBackOff.maxContainerRestartPeriod: "1m" needs the feature gate KubeletCrashLoopBackOffMax
                    {featureGates: {KubeletEnsureSecretPulledImages: false}, imagePullCredentialsVerificationPolicy: AlwaysVerify} | imagePullCredentialsVerificationPolicy: "AlwaysVerify" needs the feature gate KubeletEnsureSecretPulledImages
                    {featureGates: {MemoryQoS: false}, memoryThrottlingFactor: 0.8}     | memoryThrottlingFactor: 0.8 needs the feature gate MemoryQoS
                    {featureGates: {MemoryQoS: false}, memoryReservationPolicy: TieredReservation} | memoryReservationPolicy: "TieredReservation" needs the feature gate MemoryQoS
                    {featureGates: {RotateKubeletServerCertificate: false}, serverTLSBootstrap: true} | serverTLSBootstrap: true needs the feature gate RotateKubeletServerCertificate
                    {featureGates: {LoggingBetaOptions: false}, logging: {format: json}}| logging.format: "json" needs the feature gate LoggingBetaOptions
                    {logging: {options: {text: {splitStream: true}}}}                   | logging.options.text.splitStream: true needs the feature gate LoggingAlphaOptions
                    {defaultPodSysctls: {net.core.somaxconn: "1"}}                      | defaultPodSysctls needs the feature gate DefaultPodSysctls
                    {featureGates: {DefaultPodSysctls: true}, defaultPodSysctls: {vm.swappiness: "1"}} | defaultPodSysctls.vm.swappiness: "1" is not kept apart for each pod by the kernel
                    {featureGates: {DefaultPodSysctls: true}, defaultPodSysctls: {net.a.b: "1", net/a/b: "1"}} | defaultPodSysctls.net/a/b: "1" is the same sysctl as another one
                    """)
    void whatFieldsExcludeOrNeedIsSaid(String yaml, String complaint) {
        assertThatThrownBy(() -> KubeletConfiguration.parse(yaml)).hasMessageContaining(complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{imageGCHighThresholdPercent: 100}",
                "{enforceNodeAllocatable: [none], cgroupsPerQOS: false}",
                "{enforceNodeAllocatable: [pods, system-reserved], systemReservedCgroup: /s}",
                "{evictionSoft: {memory.available: 1Gi}, evictionSoftGracePeriod: {memory.available: 0s}}",
                "{evictionHard: {memory.available: 0%, nodefs.available: 100%}}",
                "{evictionMinimumReclaim: {memory.available: \"0\"}}",
                "{featureGates: {MemoryQoS: false}, memoryThrottlingFactor: 0.9}",
                "{shutdownGracePeriod: 1s, shutdownGracePeriodCriticalPods: 1s}",
                "{reservedMemory: [{numaNode: 0, limits: {memory: 1, hugepages-2Mi: 4Mi}}, {numaNode: 1, limits: {memory: 1}}]}",
                "{tracing: {endpoint: \"unix:///run/otel.sock\"}}",
                "{tracing: {}}",
                "{allowedUnsafeSysctls: [kernel.msg*, net.core.somaxconn, net/ipv4/conf/eno2.100/rp_filter, user.*]}",
                "{podLogsDir: /}",
                "{systemReserved: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi, pid: \"1000\"}}"
            })
    void whatBelongsTogetherIsAccepted(String yaml) {
        assertThatCode(() -> KubeletConfiguration.parse(yaml)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    true  | {}                            | failCgroupV1
                    true  | {failCgroupV1: false}         |
                    true  | {failCgroupV1: false, singleProcessOOMKill: false} | singleProcessOOMKill
                    true  | {failCgroupV1: false, singleProcessOOMKill: true}  |
                    false | {singleProcessOOMKill: false} |
                    """)
    void theHostHasAVoice(boolean cgroupV1, String yaml, @Nullable String field) {
        KubeletConfiguration config = KubeletConfiguration.parse(yaml);
        var violations = new Violations(KubeletEncoder.encode(config));
        KubeletRules.check(config, FeatureGates.defaults(), new HostFacts(cgroupV1), violations);
        if (field == null) {
            assertThat(violations.complaints()).isEmpty();
        } else {
            assertThat(violations.complaints())
                    .map(complaint -> complaint.field())
                    .containsExactly(field);
        }
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        assertThatThrownBy(() ->
                        KubeletConfiguration.parse(
                                "{maxPods: -1, port: 0x1ffff, oomScoreAdj: 5000}"))
                .hasMessageContaining("maxPods")
                .hasMessageContaining("port")
                .hasMessageContaining("oomScoreAdj");
    }
}
