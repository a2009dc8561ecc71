package dev.caravel.linux.mount;

/** Options of a single mount that the kernel takes as bits (linux/mount.h). */
public enum MountFlag {
    READ_ONLY(1),
    NO_SUID(2),
    NO_DEV(4),
    NO_EXEC(8),
    NO_ATIME(1024),
    NO_DIR_ATIME(2048),
    REL_ATIME(1 << 21);

    private final long bit;

    MountFlag(long bit) {
        this.bit = bit;
    }

    long bit() {
        return bit;
    }
}
