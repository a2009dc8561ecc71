package dev.caravel.linux.sys;

import java.nio.file.Path;

/** The two system calls that change the mount table. {@link Kernel#mounts()} is the real one. */
public interface MountCalls {
    /** MS_RDONLY. */
    long READ_ONLY = 1;

    /** MS_REMOUNT. */
    long REMOUNT = 32;

    /** MS_BIND. */
    long BIND = 4096;

    /** MS_REC. */
    long RECURSIVE = 16384;

    /** MS_PRIVATE. */
    long PRIVATE = 1 << 18;

    /** MS_SLAVE. */
    long SLAVE = 1 << 19;

    /** MS_SHARED. */
    long SHARED = 1 << 20;

    /** mount(2). Empty type and data are passed as no type and no data. */
    void mount(String source, Path target, String type, long flags, String data)
            throws SystemCallException;

    /**
     * umount2(2) with UMOUNT_NOFOLLOW.
     *
     * @param detach MNT_DETACH: takes the mount out of the tree at once and ends it when its last
     *     user goes
     */
    void unmount(Path target, boolean detach) throws SystemCallException;
}
