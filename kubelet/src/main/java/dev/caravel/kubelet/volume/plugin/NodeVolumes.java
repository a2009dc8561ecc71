package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.objects.ClaimObjects;
import dev.caravel.kubelet.objects.PodCredentials;
import dev.caravel.kubelet.objects.PodObjects;
import dev.caravel.kubelet.objects.PodTokens;
import dev.caravel.kubelet.objects.TrustAnchors;
import dev.caravel.kubelet.resources.Quantities;
import dev.caravel.kubelet.volume.ClaimResolver;
import dev.caravel.kubelet.volume.ContainerMounts;
import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.PodFolders;
import dev.caravel.kubelet.volume.PodVolumes;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeTearDown;
import dev.caravel.kubelet.volume.VolumeUsage;
import dev.caravel.kubelet.volume.projection.AtomicWriter;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.mount.SubPaths;
import dev.caravel.linux.sys.FileCalls;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The volume code of one kubelet, put together.
 *
 * @param pods makes volumes ready and keeps them fresh; for the pods' workers
 * @param mounts shows them to containers
 * @param tearDown takes them away
 * @param folders removes the folders of pods that are gone; for housekeeping
 * @param usage measures them; for statistics and eviction
 */
public record NodeVolumes(
        PodVolumes pods,
        ContainerMounts mounts,
        VolumeTearDown tearDown,
        PodFolders folders,
        VolumeUsage usage) {

    /**
     * What the volumes come from beyond the kernel.
     *
     * @param objects config maps and secrets
     * @param tokens service account tokens
     * @param anchors cluster trust bundles
     * @param credentials certificates issued for pods
     * @param claims persistent volumes and claims
     * @param node labels of the node
     * @param allocatable what the node offers to pods
     * @param drivers kinds of volume beyond the built-in ones
     */
    public record Sources(
            PodObjects objects,
            PodTokens tokens,
            TrustAnchors anchors,
            PodCredentials credentials,
            ClaimObjects claims,
            PodVolumes.NodeGate node,
            Supplier<Map<String, Quantity>> allocatable,
            List<VolumePlugin> drivers) {
        public Sources {
            drivers = List.copyOf(drivers);
        }
    }

    /** Builds it all over the kernel of this machine. */
    public static NodeVolumes create(
            VolumePaths paths, Mounts mounts, FileCalls files, Sources sources, Clock clock) {
        DirectoryTree trees = new DirectoryTree(files);
        GroupOwnership ownership = new GroupOwnership(trees, files);
        SubPaths subPaths = new SubPaths(mounts, files);
        ScratchSpace scratch = new ScratchSpace(mounts, files, trees);
        AtomicWriter writer =
                new AtomicWriter(files, trees, ownership, clock, RandomGenerator.getDefault());
        LongSupplier memory = () -> Quantities.value(sources.allocatable().get().get("memory"));
        ProjectionFolder folder = new ProjectionFolder(paths, scratch, writer, subPaths, memory);
        ProjectionSources projection =
                new ProjectionSources(sources.objects(), sources.allocatable(), clock);
        SafeFiles safeFiles = new SafeFiles(files);
        HostCommands commands = HostCommands.system();

        List<VolumePlugin> plugins = new ArrayList<>();
        plugins.add(new EmptyDirPlugin(paths, scratch, ownership, trees, memory));
        plugins.add(new HostPathPlugin(files));
        plugins.add(new ConfigMapPlugin(projection, folder));
        plugins.add(new SecretPlugin(projection, folder));
        plugins.add(new DownwardApiPlugin(projection, folder));
        plugins.add(
                new ProjectedPlugin(
                        projection,
                        new CredentialSources(
                                sources.tokens(),
                                sources.anchors(),
                                sources.credentials(),
                                safeFiles),
                        folder,
                        sources.tokens()));
        plugins.add(new ImagePlugin());
        plugins.add(
                new LocalVolumePlugin(
                        paths,
                        mounts,
                        files,
                        ownership,
                        new Disks(commands, mounts),
                        new BlockDevices(commands, mounts)));
        plugins.addAll(sources.drivers());

        PodVolumes pods =
                new PodVolumes(plugins, new ClaimResolver(sources.claims()), sources.node(), clock);
        VolumeTearDown tearDown = new VolumeTearDown(pods, paths, mounts, subPaths);
        return new NodeVolumes(
                pods,
                new ContainerMounts(pods, paths, subPaths, files),
                tearDown,
                new PodFolders(paths, tearDown, mounts, trees, clock),
                new VolumeUsage(mounts, files, trees));
    }
}
