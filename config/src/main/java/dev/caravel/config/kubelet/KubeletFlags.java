package dev.caravel.config.kubelet;

import dev.caravel.config.Copies;
import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.flags.ParsedFlags;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line says about this one node and no file shared between nodes can say.
 *
 * @param config {@code --config}: the KubeletConfiguration file
 * @param configDir {@code --config-dir}: folder of drop-ins for it
 * @param kubeconfig {@code --kubeconfig}: access to the API server; empty means standalone, static
 *     pods only
 * @param bootstrapKubeconfig {@code --bootstrap-kubeconfig}: access used to get a client
 *     certificate while {@code kubeconfig} is not valid yet
 * @param hostnameOverride {@code --hostname-override}: node name; empty means the host's name
 * @param nodeIp {@code --node-ip}: one address, a dual-stack pair, or an unspecified address to
 *     prefer its family; empty means detect
 * @param certDir {@code --cert-dir}: folder of the certificates the kubelet gets or makes
 * @param rootDir {@code --root-dir}: folder of everything the kubelet keeps
 * @param cloudProvider {@code --cloud-provider}: empty or {@code external}
 * @param seccompDefault {@code --seccomp-default}: or-ed with the field of the same name
 * @param nodeLabels {@code --node-labels}: labels of the node when it registers
 * @param lockFile {@code --lock-file}: file locked while running
 * @param exitOnLockContention {@code --exit-on-lock-contention}: whether another process opening
 *     {@code lockFile} ends this one
 * @param runtimeCgroups {@code --runtime-cgroups}: cgroup the container runtime is measured in
 * @param imageCredentialProviderConfig {@code --image-credential-provider-config}: file or folder
 * @param imageCredentialProviderBinDir {@code --image-credential-provider-bin-dir}: folder of
 *     plugins
 * @param minimumContainerTtlDuration {@code --minimum-container-ttl-duration}: age below which a
 *     dead container stays
 * @param maximumDeadContainersPerContainer {@code --maximum-dead-containers-per-container}: dead
 *     ones kept for each container
 * @param maximumDeadContainers {@code --maximum-dead-containers}: dead ones kept in all; negative
 *     means any
 * @param experimentalMounterPath {@code --experimental-mounter-path}: accepted for compatibility
 * @param experimentalAllocatableIgnoreEviction {@code --experimental-allocatable-ignore-eviction}:
 *     whether hard thresholds are left out of allocatable
 * @param housekeepingInterval {@code --housekeeping-interval}: time between two container
 *     measurements
 * @param reportedVersion {@code --version=vX.Y.Z-suffix}: kubelet version in the node status
 */
public record KubeletFlags(
        Optional<Path> config,
        Optional<Path> configDir,
        Optional<Path> kubeconfig,
        Optional<Path> bootstrapKubeconfig,
        String hostnameOverride,
        String nodeIp,
        Path certDir,
        Path rootDir,
        String cloudProvider,
        boolean seccompDefault,
        Map<String, String> nodeLabels,
        Optional<Path> lockFile,
        boolean exitOnLockContention,
        String runtimeCgroups,
        Optional<Path> imageCredentialProviderConfig,
        Optional<Path> imageCredentialProviderBinDir,
        Duration minimumContainerTtlDuration,
        int maximumDeadContainersPerContainer,
        int maximumDeadContainers,
        String experimentalMounterPath,
        boolean experimentalAllocatableIgnoreEviction,
        Duration housekeepingInterval,
        String reportedVersion) {

    /** Defaults of flags that set no field and are neither empty, zero nor false. */
    static final Map<String, String> DEFAULTS =
            Map.of(
                    "cert-dir",
                    "/var/lib/kubelet/pki",
                    "root-dir",
                    "/var/lib/kubelet",
                    "maximum-dead-containers",
                    "-1",
                    "maximum-dead-containers-per-container",
                    "1",
                    "housekeeping-interval",
                    "10s",
                    "log-flush-frequency",
                    "5s");

    public KubeletFlags {
        nodeLabels = Copies.map(nodeLabels);
    }

    /** The flags of a command line without complaints. */
    static KubeletFlags of(ParsedFlags given) {
        String version = given.text("version", "");
        return new KubeletFlags(
                given.path("config"),
                given.path("config-dir"),
                given.path("kubeconfig"),
                given.path("bootstrap-kubeconfig"),
                given.text("hostname-override", ""),
                given.text("node-ip", ""),
                given.path("cert-dir").orElse(Path.of("/var/lib/kubelet/pki")),
                given.path("root-dir").orElse(Path.of("/var/lib/kubelet")),
                given.text("cloud-provider", ""),
                given.bool("seccomp-default"),
                given.map("node-labels"),
                given.path("lock-file"),
                given.bool("exit-on-lock-contention"),
                given.text("runtime-cgroups", ""),
                given.path("image-credential-provider-config"),
                given.path("image-credential-provider-bin-dir"),
                given.duration("minimum-container-ttl-duration", Duration.ZERO),
                given.int32("maximum-dead-containers-per-container", 1),
                given.int32("maximum-dead-containers", -1),
                given.text("experimental-mounter-path", ""),
                given.bool("experimental-allocatable-ignore-eviction"),
                given.duration("housekeeping-interval", Duration.ofSeconds(10)),
                version.startsWith("v") ? version : KubernetesVersion.CURRENT);
    }
}
