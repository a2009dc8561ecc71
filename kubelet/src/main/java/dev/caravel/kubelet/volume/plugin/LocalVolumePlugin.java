package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.CleanPath;
import dev.caravel.kubelet.volume.FileOwner;
import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.KeyedLocks;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.MountFlag;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.OpenFlag;
import io.fabric8.kubernetes.api.model.LocalVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * {@code local} persistent volumes: a folder of the node, or a disk that is mounted once for all
 * its pods, shown to each by a bind mount; as raw device it is passed on.
 */
public final class LocalVolumePlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/local-volume";
    private static final String DEFAULT_FS = "ext4";

    private final VolumePaths paths;
    private final Mounts mounts;
    private final FileCalls files;
    private final GroupOwnership ownership;
    private final Disks disks;
    private final BlockDevices devices;

    /** One pod at a time works on a persistent volume, by its name. */
    private final KeyedLocks locks = new KeyedLocks();

    public LocalVolumePlugin(
            VolumePaths paths,
            Mounts mounts,
            FileCalls files,
            GroupOwnership ownership,
            Disks disks,
            BlockDevices devices) {
        this.paths = paths;
        this.mounts = mounts;
        this.files = files;
        this.ownership = ownership;
        this.disks = disks;
        this.devices = devices;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return volume.persistentVolume().isPresent()
                && volume.persistentVolume().get().getSpec().getLocal() != null;
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request)
            throws VolumeException, InterruptedException {
        PersistentVolume pv = request.volume().persistentVolume().orElseThrow();
        String path = pv.getSpec().getLocal().getPath();
        if (path == null || path.isEmpty()) {
            throw new VolumeException("local volume source is nil or local path is not set");
        }
        if (CleanPath.hasBackStep(path)) {
            throw new VolumeException("invalid path: " + path + " must not contain '..'");
        }
        try (KeyedLocks.Held _ = locks.hold(request.volume().specName())) {
            return request.volume().block()
                    ? map(request, Path.of(path))
                    : mount(request, pv, Path.of(path));
        } catch (IOException e) {
            throw new VolumeException(String.valueOf(e.getMessage()), e);
        }
    }

    private PreparedVolume mount(VolumeRequest request, PersistentVolume pv, Path source)
            throws IOException, VolumeException, InterruptedException {
        boolean readOnly = request.volume().readOnly();
        Path global =
                switch (typeOf(source)) {
                    case DIRECTORY -> source;
                    case BLOCK_DEVICE -> mountedDisk(pv, source, readOnly);
                    case REGULAR, SYMLINK, FIFO, SOCKET, CHARACTER_DEVICE, UNKNOWN ->
                            throw new VolumeException(
                                    "only directory and block device are supported");
                };
        Path target = paths.volume(request.uid(), NAME, request.volume().specName());
        if (!mounts.isMountPoint(target)) {
            boolean shared = isUsedByOtherPods(global);
            Folders.create(target, Folders.PRIVATE);
            Set<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
            // The file system's own options went to the disk; a bind takes only flags.
            options(pv, readOnly).forEach(o -> Disks.addOption(o, flags, new ArrayList<>()));
            mounts.bind(global.toRealPath(), target, true, flags);
            if (!readOnly && !shared && request.group().isPresent()) {
                ownership.apply(
                        target,
                        request.group().getAsLong(),
                        false,
                        FileOwner.onlyOnRootMismatch(request.pod()),
                        GroupOwnership.Progress.none());
            }
        }
        return PreparedVolume.OnHost.steady(target, readOnly, !readOnly);
    }

    private Path mountedDisk(PersistentVolume pv, Path device, boolean readOnly)
            throws IOException, VolumeException, InterruptedException {
        Path global = globalMount(pv.getMetadata().getName());
        LocalVolumeSource local = pv.getSpec().getLocal();
        try {
            disks.mount(
                    device,
                    global,
                    Objects.requireNonNullElse(local.getFsType(), DEFAULT_FS),
                    options(pv, readOnly));
        } catch (IOException | VolumeException e) {
            throw VolumeException.during("MountVolume.MountDevice", e);
        }
        return global;
    }

    private static List<String> options(PersistentVolume pv, boolean readOnly) {
        List<String> options = new ArrayList<>();
        if (readOnly) {
            options.add("ro");
        }
        if (pv.getSpec().getMountOptions() != null) {
            options.addAll(pv.getSpec().getMountOptions());
        }
        return options;
    }

    /** Whether a pod's folder shows the same folder of the same file system. */
    private boolean isUsedByOtherPods(Path global) throws IOException {
        try (Descriptor opened =
                files.open(global, EnumSet.of(OpenFlag.PATH, OpenFlag.DIRECTORY), 0)) {
            var wanted = files.status(opened);
            for (MountEntry entry : mounts.table().beneath(paths.pods())) {
                if (entry.major() == wanted.deviceMajor()
                        && entry.minor() == wanted.deviceMinor()
                        && files.status(entry.mountPoint()).inode() == wanted.inode()) {
                    return true;
                }
            }
            return false;
        }
    }

    private PreparedVolume map(VolumeRequest request, Path device)
            throws VolumeException, InterruptedException {
        String name = request.volume().specName();
        Path link = paths.device(request.uid(), NAME, name);
        try {
            if (typeOf(device) != FileType.BLOCK_DEVICE) {
                throw new VolumeException(device + " is no block device");
            }
            devices.map(device, link, use(name, request.uid()));
        } catch (IOException | VolumeException e) {
            throw VolumeException.during("MapVolume.MapPodDevice", e);
        }
        return new PreparedVolume.BlockDevice(link, request.volume().readOnly());
    }

    @Override
    public void tearDown(String podUid, String specName)
            throws VolumeException, InterruptedException {
        Path target = paths.volume(podUid, NAME, specName);
        try (KeyedLocks.Held _ = locks.hold(specName)) {
            unmountAll(target);
            Files.deleteIfExists(target);
            releaseDisk(globalMount(specName));
        } catch (IOException e) {
            throw new VolumeException("unmounting " + target + ": " + e, e);
        }
    }

    @Override
    public void unmap(String podUid, String specName) throws VolumeException, InterruptedException {
        try (KeyedLocks.Held _ = locks.hold(specName)) {
            devices.unmap(paths.device(podUid, NAME, specName), use(specName, podUid));
        } catch (IOException e) {
            throw VolumeException.during("UnmapVolume.UnmapBlockVolume", e);
        }
    }

    /** The last pod takes the disk's own mount with it. */
    private void releaseDisk(Path global) throws IOException {
        if (mounts.isMountPoint(global) && !isUsedByOtherPods(global)) {
            unmountAll(global);
        }
        if (Files.isDirectory(global) && !mounts.isMountPoint(global)) {
            Files.delete(global);
        }
    }

    private void unmountAll(Path path) throws IOException {
        boolean mounted;
        do {
            mounted = mounts.unmount(path);
        } while (mounted);
    }

    private FileType typeOf(Path path) throws IOException {
        try (Descriptor found = files.open(path, EnumSet.of(OpenFlag.PATH), 0)) {
            return files.status(found).type();
        }
    }

    private Path globalMount(String specName) {
        return paths.plugin(NAME).resolve("mounts").resolve(specName);
    }

    /** {@code plugins/kubernetes.io~local-volume/volumeDevices/<pv>/<pod>}, as upstream has it. */
    private Path use(String specName, String podUid) {
        return paths.root()
                .resolve("plugins")
                .resolve(VolumePaths.escaped(NAME))
                .resolve("volumeDevices")
                .resolve(specName)
                .resolve(podUid);
    }
}
