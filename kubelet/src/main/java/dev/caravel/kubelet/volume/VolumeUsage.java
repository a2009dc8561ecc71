package dev.caravel.kubelet.volume;

import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileSystemStatus;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Measures volumes for statistics and eviction. A volume that is a file system of its own is asked
 * for its counts; only a folder that shares one with others is walked, and no further than a bound,
 * as containers decide how many files there are.
 */
public final class VolumeUsage {
    /** About a second of walking; a volume with more is reported as at least that large. */
    private static final long MOST_ENTRIES = 1_000_000;

    private final Mounts mounts;
    private final FileCalls files;
    private final DirectoryTree trees;

    public VolumeUsage(Mounts mounts, FileCalls files, DirectoryTree trees) {
        this.mounts = mounts;
        this.files = files;
        this.trees = trees;
    }

    /**
     * How full a volume is.
     *
     * @param usedBytes by the volume itself
     * @param capacityBytes of the file system it lies on
     * @param availableBytes left on that file system
     * @param inodesUsed by the volume itself
     * @param inodes of the file system; 0 where it makes them as needed
     * @param inodesFree left on that file system
     * @param complete false when the volume has more files than were counted
     */
    public record Stats(
            long usedBytes,
            long capacityBytes,
            long availableBytes,
            long inodesUsed,
            long inodes,
            long inodesFree,
            boolean complete) {}

    /**
     * Measures a volume. May take long for many files; not for a pod's worker.
     *
     * @throws IOException when it is not there, or its file system does not answer
     */
    public Stats measure(Path volume) throws IOException {
        FileSystemStatus fileSystem = files.fileSystem(volume);
        long used;
        long inodesUsed;
        boolean complete = true;
        if (mounts.isMountPoint(volume)) {
            used = fileSystem.capacityBytes() - fileSystem.freeBytes();
            inodesUsed = fileSystem.inodes() - fileSystem.inodesFree();
        } else {
            DirectoryTree.Usage usage = trees.usage(volume, MOST_ENTRIES);
            used = usage.bytes();
            inodesUsed = usage.inodes();
            complete = usage.complete();
        }
        return new Stats(
                used,
                fileSystem.capacityBytes(),
                fileSystem.availableBytes(),
                inodesUsed,
                fileSystem.inodes(),
                fileSystem.inodesFree(),
                complete);
    }
}
