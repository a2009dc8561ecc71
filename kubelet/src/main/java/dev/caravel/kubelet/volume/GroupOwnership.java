package dev.caravel.kubelet.volume;

import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileStatus;
import dev.caravel.linux.sys.FileType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/**
 * Gives the files of a volume to a pod's group ({@code fsGroup}): group and mode of everything in
 * it, folders with setgid so that new files follow (kubelet.md §7.3). Follows no link and stays on
 * the volume's own mount.
 */
public final class GroupOwnership {
    private static final int SET_GID = 02000;
    private static final int GROUP_READ = 0440;
    private static final int GROUP_WRITE = 0660;
    private static final int GROUP_ENTER = 0110;

    private final DirectoryTree trees;
    private final FileCalls files;

    public GroupOwnership(DirectoryTree trees, FileCalls files) {
        this.trees = trees;
        this.files = files;
    }

    /** Told after each file; must be cheap. */
    @FunctionalInterface
    public interface Progress {
        /** So many files are done. */
        void done(long files);

        static Progress none() {
            return files -> {};
        }
    }

    /**
     * Changes a whole volume.
     *
     * @param readOnly the pod mounts it read-only, so the group gets no write permission
     * @param onlyOnRootMismatch do nothing when the volume's root already fits
     * @throws InterruptedIOException when the thread is told to end; some files are changed then
     */
    public void apply(
            Path volume,
            long group,
            boolean readOnly,
            boolean onlyOnRootMismatch,
            Progress progress)
            throws IOException {
        if (onlyOnRootMismatch && fits(files.status(volume), group, readOnly)) {
            return;
        }
        long[] done = {0};
        trees.visit(
                volume,
                node -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedIOException(
                                "changing the group of " + node + " was interrupted");
                    }
                    node.changeOwner(-1, group);
                    if (node.status().type() != FileType.SYMLINK) {
                        node.changeMode(mode(node.status(), readOnly));
                    }
                    progress.done(++done[0]);
                });
    }

    /** The mode of a file or folder once the group owns it. Pure. */
    public static int mode(FileStatus status, boolean readOnly) {
        int added = readOnly ? GROUP_READ : GROUP_WRITE;
        if (status.type() == FileType.DIRECTORY) {
            added |= SET_GID | GROUP_ENTER;
        }
        return status.permissions() | added;
    }

    /** Whether a volume's root says that the group already owns the volume. Pure. */
    static boolean fits(FileStatus root, long group, boolean readOnly) {
        int needed = (readOnly ? GROUP_READ : GROUP_WRITE) | GROUP_ENTER | SET_GID;
        return root.type() == FileType.DIRECTORY
                && root.gid() == group
                && (root.permissions() & needed) == needed;
    }
}
