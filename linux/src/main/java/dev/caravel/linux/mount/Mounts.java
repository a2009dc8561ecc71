package dev.caravel.linux.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Changes and reads the mount table of this process. Used by the volume code of the kubelet.
 *
 * <p>Every method throws {@link dev.caravel.linux.sys.SystemCallException} with the call, the paths
 * and the error number when the kernel refuses. Targets must exist. No call follows a symbolic link
 * in the last component of the target.
 */
public interface Mounts {
    /**
     * Shows a file or folder at a second place.
     *
     * @param recursive whether mounts below the source come along
     * @param flags options of the new mount; applied by a remount, as a bind itself takes none. If
     *     that remount fails the bind is undone before the exception leaves
     */
    void bind(Path source, Path target, boolean recursive, Set<MountFlag> flags) throws IOException;

    /** Mounts a fresh tmpfs. */
    void tmpfs(Path target, TmpfsOptions options) throws IOException;

    /**
     * Mounts any file system that needs no helper program.
     *
     * @param data comma separated options for the file system itself, may be empty
     */
    void filesystem(String type, String source, Path target, Set<MountFlag> flags, String data)
            throws IOException;

    /**
     * Replaces the options of an existing mount (MS_REMOUNT|MS_BIND); the file system is spared.
     */
    void remount(Path target, Set<MountFlag> flags) throws IOException;

    /** Changes the propagation of one mount, or of it and all below it. */
    void propagate(Path target, Propagation propagation, boolean recursive) throws IOException;

    /**
     * Takes the topmost mount off a mount point. Never lazy, never forced: a busy one stays and the
     * exception carries {@code EBUSY}.
     *
     * @return false when nothing was mounted there
     */
    boolean unmount(Path target) throws IOException;

    /**
     * Takes a mount out of the tree although it is busy; it ends when its last user goes. Only for
     * a subPath bind whose source has been replaced or died, which nobody can use any more
     * (contract §7.3); never for a volume.
     *
     * @return false when nothing was mounted there
     */
    boolean detach(Path target) throws IOException;

    /** Whether something is mounted exactly here. A path that does not exist is none. */
    boolean isMountPoint(Path path) throws IOException;

    /** The whole table, oldest mount first. */
    MountTable table() throws IOException;

    /** Whether tmpfs on this kernel takes {@code noswap} (Linux 6.4). */
    boolean tmpfsNoswapSupported();
}
