package dev.caravel.linux.mount;

/** Options of a single mount that the kernel takes as bits (linux/mount.h). */
public enum MountFlag {
    READ_ONLY(1, "ro"),
    NO_SUID(2, "nosuid"),
    NO_DEV(4, "nodev"),
    NO_EXEC(8, "noexec"),
    NO_ATIME(1024, "noatime"),
    NO_DIR_ATIME(2048, "nodiratime"),
    REL_ATIME(1 << 21, "relatime");

    private final long bit;
    private final String optionName;

    MountFlag(long bit, String optionName) {
        this.bit = bit;
        this.optionName = optionName;
    }

    /** The name in mountinfo and on the command line of mount(8). */
    public String optionName() {
        return optionName;
    }

    long bit() {
        return bit;
    }
}
