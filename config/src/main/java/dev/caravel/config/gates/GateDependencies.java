package dev.caravel.config.gates;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which gates need which others: a gate that is on while one it needs is off is a start failure
 * (upstream's gate dependency table at 1.37.2).
 */
final class GateDependencies {

    private static final String TABLE =
            """
            ClusterTrustBundleProjection: ClusterTrustBundle
            CompositePodGroup: GenericWorkload TopologyAwareWorkloadScheduling
            DRAAdminAccess: DynamicResourceAllocation
            DRAConsumableCapacity: DynamicResourceAllocation
            DRADerivedAttributes: DynamicResourceAllocation
            DRADeviceBindingConditions: DRAResourceClaimDeviceStatus DynamicResourceAllocation
            DRADeviceCompatibilityGroups: DRAPartitionableDevices DynamicResourceAllocation
            DRADeviceTaintRules: DRADeviceTaints
            DRADeviceTaints: DynamicResourceAllocation
            DRAExtendedResource: DynamicResourceAllocation
            DRAFractionalCapacityRange: DRAConsumableCapacity
            DRAListTypeAttributes: DynamicResourceAllocation
            DRANodeAllocatableResources: DynamicResourceAllocation
            DRAOptionalNodeOperations: DynamicResourceAllocation NodeDeclaredFeatures
            DRAPartitionableDevices: DynamicResourceAllocation
            DRAPartitionableDevicesType: DRAPartitionableDevices DRAResourcePoolStatus DynamicResourceAllocation
            DRAPrioritizedList: DynamicResourceAllocation
            DRAResourceClaimGranularStatusAuthorization: DRAResourceClaimDeviceStatus DynamicResourceAllocation
            DRAResourcePoolStatus: DynamicResourceAllocation
            DRASchedulerFilterTimeout: DynamicResourceAllocation
            DRAWorkloadResourceClaims: DynamicResourceAllocation GenericWorkload
            DeclarativeValidationBeta: DeclarativeValidation
            DeclarativeValidationTakeover: DeclarativeValidation
            DisableAllocatorDualWrite: MultiCIDRServiceAllocator
            EventedPLEG: PLEGOnDemandRelist
            ExtendWebSocketsToKubelet: NodeDeclaredFeatures
            GracefulNodeShutdownBasedOnPodPriority: GracefulNodeShutdown
            H2CContainerProbe: NodeDeclaredFeatures
            ImageVolumeWithDigest: ImageVolume
            InPlacePodLevelResourcesVerticalScaling: InPlacePodVerticalScaling NodeDeclaredFeatures PodLevelResources
            InPlacePodVerticalScalingExclusiveCPUs: InPlacePodVerticalScaling
            InPlacePodVerticalScalingExclusiveMemory: InPlacePodVerticalScaling
            InPlacePodVerticalScalingInitContainers: InPlacePodVerticalScaling NodeDeclaredFeatures
            InPlacePodVerticalScalingMemoryBackedVolumes: InPlacePodVerticalScaling NodeDeclaredFeatures
            InPlacePodVerticalScalingSchedulerPreemption: InPlacePodVerticalScaling
            KubeletAllocatedPodsEndpoint: InPlacePodVerticalScaling
            MatchLabelKeysInPodTopologySpreadSelectorMerge: MatchLabelKeysInPodTopologySpread
            NodeControllerLeaseCircuitBreaker: AtomicFIFO
            PodGroupPreemptionPolicy: GenericWorkload
            PodLevelResourceManagers: PodLevelResources
            PodLevelResourcesFixDefaulting: PodLevelResources
            PodLevelResourcesFixKubeletQOSClass: PodLevelResources
            ProcMountType: UserNamespacesSupport
            ResourceHealthStatus: DynamicResourceAllocation
            ResourceHealthStatusMessage: ResourceHealthStatus
            RestartAllContainersOnContainerExits: ContainerRestartRules NodeDeclaredFeatures
            ServiceAccountTokenNodeBinding: ServiceAccountTokenNodeBindingValidation
            StaleControllerConsistencyDaemonSet: AtomicFIFO
            StaleControllerConsistencyHPA: AtomicFIFO
            StaleControllerConsistencyJob: AtomicFIFO
            StaleControllerConsistencyReplicaSet: AtomicFIFO
            StaleControllerConsistencyStatefulSet: AtomicFIFO
            StorageVersionAPI: APIServerIdentity
            TopologyAwareWorkloadScheduling: GenericWorkload
            UnknownVersionInteroperabilityProxy: APIServerIdentity
            UserNamespacesHostNetworkSupport: NodeDeclaredFeatures UserNamespacesSupport
            WindowsGracefulNodeShutdown: GracefulNodeShutdown
            WorkloadWithJob: GenericWorkload
            """;

    private GateDependencies() {}

    /** The gates each gate needs to be on. */
    static Map<Gate, List<Gate>> all() {
        Map<Gate, List<Gate>> needs = new EnumMap<>(Gate.class);
        TABLE.lines().forEach(line -> read(line, needs));
        return needs;
    }

    private static void read(String line, Map<Gate, List<Gate>> needs) {
        int colon = line.indexOf(':');
        List<Gate> needed = new ArrayList<>();
        for (String name : line.substring(colon + 2).split(" ", -1)) {
            needed.add(Gate.valueOf(name));
        }
        needs.put(Gate.valueOf(line.substring(0, colon)), List.copyOf(needed));
    }
}
