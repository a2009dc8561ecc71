package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.mount.TmpfsOptions;
import dev.caravel.linux.sys.FileCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Folders for the data of one pod: on disk, in memory or in huge pages. What is there already stays
 * as it is.
 */
public final class ScratchSpace {
    /**
     * As a folder for temporary files: everybody writes, in memory with the sticky bit of tmpfs.
     */
    private static final int DISK_MODE = 0777;

    private static final int TMPFS_MODE = 01777;

    /** linux/magic.h. */
    private static final long TMPFS_MAGIC = 0x01021994L;

    private static final long HUGETLBFS_MAGIC = 0x958458f6L;

    private final Mounts mounts;
    private final FileCalls files;
    private final DirectoryTree trees;

    public ScratchSpace(Mounts mounts, FileCalls files, DirectoryTree trees) {
        this.mounts = mounts;
        this.files = files;
        this.trees = trees;
    }

    /** A folder on disk. */
    void onDisk(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent != null) {
            Folders.create(parent, Folders.PRIVATE);
        }
        Folders.create(folder, DISK_MODE);
    }

    /** A tmpfs; one that is mounted keeps its content and size. */
    void inMemory(Path folder, OptionalLong bytes) throws IOException {
        onDisk(folder);
        if (!isMounted(folder, TMPFS_MAGIC)) {
            mounts.tmpfs(
                    folder,
                    new TmpfsOptions(
                            bytes, TMPFS_MODE, mounts.tmpfsNoswapSupported(), Optional.empty()));
        }
    }

    /** Huge pages of one size. */
    void inHugePages(Path folder, long pageBytes) throws IOException, VolumeException {
        onDisk(folder);
        if (isMounted(folder, HUGETLBFS_MAGIC)) {
            String mounted =
                    mounts.table()
                            .at(folder)
                            .flatMap(entry -> entry.superOption("pagesize"))
                            .orElse("unknown");
            if (!mounted.equals(kernelSize(pageBytes))) {
                throw new VolumeException(
                        "mounted dir "
                                + folder
                                + " pagesize '"
                                + mounted
                                + "' and requested medium size '"
                                + kernelSize(pageBytes)
                                + "' differ");
            }
            return;
        }
        mounts.filesystem(
                "hugetlbfs", "nodev", folder, Set.of(), "pagesize=" + kernelSize(pageBytes));
    }

    /** Whether the folder is the root of a tmpfs. */
    boolean isInMemory(Path folder) throws IOException {
        return isMounted(folder, TMPFS_MAGIC);
    }

    /**
     * Unmounts and removes a folder with its content; a missing one is fine. Mounts left inside by
     * a container that could make them are taken off, never entered.
     */
    void remove(Path folder) throws IOException {
        try {
            unmountAndDelete(folder);
        } catch (IOException e) {
            List<MountEntry> inside = mounts.table().beneath(folder);
            if (inside.isEmpty()) {
                throw e;
            }
            for (MountEntry entry : inside) {
                mounts.unmount(entry.mountPoint());
            }
            unmountAndDelete(folder);
        }
    }

    private void unmountAndDelete(Path folder) throws IOException {
        boolean mounted;
        do {
            mounted = mounts.unmount(folder);
        } while (mounted);
        trees.delete(folder);
    }

    private boolean isMounted(Path folder, long magic) throws IOException {
        return mounts.isMountPoint(folder) && files.fileSystem(folder).type() == magic;
    }

    /** Megabytes or kilobytes as the kernel shows and takes them, e.g. {@code 2M}. */
    private static String kernelSize(long bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + "M" : (bytes >> 10) + "K";
    }
}
