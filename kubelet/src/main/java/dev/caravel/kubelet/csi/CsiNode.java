package dev.caravel.kubelet.csi;

import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.plugin.BlockDevices;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The node's side of CSI volumes.
 *
 * @param name of this node
 * @param paths where volumes lie
 * @param mounts the mount table
 * @param files reads data files
 * @param ownership gives files to groups
 * @param devices passes raw devices on
 */
public record CsiNode(
        String name,
        VolumePaths paths,
        Mounts mounts,
        SafeFiles files,
        GroupOwnership ownership,
        BlockDevices devices) {

    /**
     * Removes an empty mount point, its data file and the folder of both, unless something is
     * mounted there. Nothing is emptied.
     */
    void removeUnmounted(Path mountPoint) throws IOException {
        if (mounts.isMountPoint(mountPoint)) {
            return;
        }
        Files.deleteIfExists(mountPoint);
        Path folder = Objects.requireNonNull(mountPoint.getParent());
        Files.deleteIfExists(folder.resolve(VolumeData.FILE));
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(folder);
        }
    }
}
