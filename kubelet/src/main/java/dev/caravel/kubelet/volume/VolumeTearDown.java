package dev.caravel.kubelet.volume;

import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.mount.SubPaths;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes away the volumes of a pod by what is on disk, so that it works for pods an earlier process
 * prepared. Goes on after a failure and returns all of them; folders are only ever removed empty or
 * by the plugin they belong to.
 */
public final class VolumeTearDown {
    private final PodVolumes volumes;
    private final VolumePaths paths;
    private final Mounts mounts;
    private final SubPaths subPaths;

    public VolumeTearDown(PodVolumes volumes, VolumePaths paths, Mounts mounts, SubPaths subPaths) {
        this.volumes = volumes;
        this.paths = paths;
        this.mounts = mounts;
        this.subPaths = subPaths;
    }

    /**
     * Unmounts and removes all volumes of a pod whose containers have ended. May be repeated.
     *
     * @return what is still there and why; empty when all is gone
     */
    public List<VolumeFailure> tearDown(String podUid) throws InterruptedException {
        List<VolumeFailure> failures = new ArrayList<>();
        unbindSubPaths(podUid, failures);
        for (Path plugin : entries(paths.volumes(podUid), failures)) {
            for (Path volume : entries(plugin, failures)) {
                tearDownOne(podUid, plugin, volume, failures);
            }
            removeEmpty(plugin, failures);
        }
        removeEmpty(paths.volumes(podUid), failures);
        for (Path plugin : entries(paths.devices(podUid), failures)) {
            for (Path link : entries(plugin, failures)) {
                unmapOne(podUid, plugin, link, failures);
            }
            removeEmpty(plugin, failures);
        }
        removeEmpty(paths.devices(podUid), failures);
        if (failures.isEmpty()) {
            volumes.forget(podUid);
        }
        return List.copyOf(failures);
    }

    /** First of all: a bind of a part keeps its volume busy. */
    private void unbindSubPaths(String podUid, List<VolumeFailure> failures) {
        Path all = paths.subPaths(podUid);
        for (Path volume : entries(all, failures)) {
            for (Path container : entries(volume, failures)) {
                for (Path target : entries(container, failures)) {
                    try {
                        subPaths.unbind(target);
                    } catch (IOException e) {
                        failures.add(
                                failure(
                                        volume,
                                        "error cleaning subPath mounts: " + e.getMessage(),
                                        e));
                    }
                }
                removeEmpty(container, failures);
            }
            removeEmpty(volume, failures);
        }
        removeEmpty(all, failures);
    }

    private void tearDownOne(String podUid, Path plugin, Path volume, List<VolumeFailure> failures)
            throws InterruptedException {
        String specName = name(volume);
        try {
            Optional<VolumePlugin> owner = owner(plugin);
            if (owner.isPresent()) {
                owner.get().tearDown(podUid, specName);
            } else {
                tearDownUnknown(volume);
            }
        } catch (VolumeException e) {
            failures.add(VolumeFailure.tearDown(specName, e));
        }
    }

    private void unmapOne(String podUid, Path plugin, Path link, List<VolumeFailure> failures)
            throws InterruptedException {
        String specName = name(link);
        try {
            Optional<VolumePlugin> owner = owner(plugin);
            if (owner.isPresent()) {
                owner.get().unmap(podUid, specName);
            } else {
                Files.deleteIfExists(link);
            }
        } catch (VolumeException e) {
            failures.add(VolumeFailure.tearDown(specName, e));
        } catch (IOException e) {
            failures.add(failure(link, String.valueOf(e.getMessage()), e));
        }
    }

    /** Of a plugin this kubelet does not have: its mounts go, its data never. */
    private void tearDownUnknown(Path volume) throws VolumeException {
        try {
            for (MountEntry entry : mounts.table().beneath(volume)) {
                mounts.unmount(entry.mountPoint());
            }
            Path mount = volume.resolve("mount");
            if (Files.isDirectory(mount, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(mount);
            }
            Files.deleteIfExists(volume);
        } catch (IOException e) {
            throw new VolumeException("no plugin for " + volume + ": " + e, e);
        }
    }

    private Optional<VolumePlugin> owner(Path pluginFolder) {
        String wanted = VolumePaths.unescaped(name(pluginFolder));
        return volumes.plugins().stream().filter(p -> p.name().equals(wanted)).findFirst();
    }

    private static List<Path> entries(Path folder, List<VolumeFailure> failures) {
        List<Path> entries = new ArrayList<>();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return entries;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            failures.add(failure(folder, String.valueOf(e.getMessage()), e));
        }
        return entries;
    }

    /** rmdir: what is not empty, or is a mount point, stays and is told. */
    private static void removeEmpty(Path folder, List<VolumeFailure> failures) {
        try {
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && failures.isEmpty()) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            failures.add(failure(folder, e.toString(), e));
        }
    }

    private static VolumeFailure failure(Path path, String why, Exception cause) {
        return VolumeFailure.tearDown(name(path), new VolumeException(why, cause));
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
