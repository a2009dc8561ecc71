package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.objects.FakeApi;
import dev.caravel.kubelet.objects.FakeObjects;
import dev.caravel.kubelet.objects.FakeTicks;
import dev.caravel.kubelet.objects.PodCredentials;
import dev.caravel.kubelet.objects.ServiceAccountTokens;
import dev.caravel.kubelet.objects.TrustAnchors;
import dev.caravel.kubelet.volume.plugin.CredentialSources;
import dev.caravel.kubelet.volume.plugin.ProjectionFolder;
import dev.caravel.kubelet.volume.plugin.ProjectionSources;
import dev.caravel.kubelet.volume.plugin.ScratchSpace;
import dev.caravel.kubelet.volume.projection.AtomicWriter;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.mount.KernelMounts;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.mount.SubPaths;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;

/** The parts of the volume code over the real kernel, below a root folder of the test's own. */
public final class VolumeBed implements AutoCloseable {
    public final Path root;
    public final VolumePaths paths;
    public final FileCalls files = Kernel.files();
    public final DirectoryTree trees = new DirectoryTree(files);
    public final Mounts mounts =
            new KernelMounts(Kernel.mounts(), files, System.getProperty("os.version"));
    public final ScratchSpace scratch = new ScratchSpace(mounts, files, trees);
    public final GroupOwnership ownership = new GroupOwnership(trees, files);
    public final SubPaths subPaths = new SubPaths(mounts, files);
    public final FakeTicks ticks = new FakeTicks(Instant.parse("2026-11-24T12:00:00Z"));
    public final FakeObjects objects = new FakeObjects();
    public final FakeApi api = new FakeApi();
    public final ServiceAccountTokens tokens =
            new ServiceAccountTokens(api, ticks.clock(), new Random(3));
    public final ProjectionSources sources;
    public final ProjectionFolder folder;

    public VolumeBed(Path temporary) throws IOException {
        root = temporary.toRealPath().resolve("kubelet");
        paths = new VolumePaths(root);
        sources =
                new ProjectionSources(
                        objects, () -> Map.of("cpu", new Quantity("4")), ticks.clock());
        AtomicWriter writer =
                new AtomicWriter(files, trees, ownership, ticks.clock(), new Random(5));
        folder = new ProjectionFolder(paths, scratch, writer, subPaths, () -> 1L << 30);
        api.onCreate =
                body ->
                        new TokenRequestBuilder((TokenRequest) body)
                                .withNewStatus()
                                .withToken("token-" + api.created.size())
                                .withExpirationTimestamp(
                                        ticks.now()
                                                .plusSeconds(
                                                        ((TokenRequest) body)
                                                                .getSpec()
                                                                .getExpirationSeconds())
                                                .toString())
                                .endStatus()
                                .build();
    }

    public CredentialSources credentials(TrustAnchors anchors, PodCredentials certificates) {
        return new CredentialSources(tokens, anchors, certificates, new SafeFiles(files));
    }

    public static VolumeRequest request(Pod pod, Volume volume) {
        return new VolumeRequest(pod, PodVolume.inline(volume), true);
    }

    public static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    public static int gid(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }

    public MountEntry mountAt(Path path) throws IOException {
        return mounts.table()
                .at(path)
                .orElseThrow(() -> new AssertionError("nothing is mounted at " + path));
    }

    /** Unmounts all that a test has left, so that its folder can be removed. */
    @Override
    public void close() throws IOException {
        for (MountEntry entry : mounts.table().beneath(root)) {
            mounts.unmount(entry.mountPoint());
        }
    }
}
