package dev.caravel.linux.sys;

import java.util.Set;

/** How to open a file (open(2)). Closing on exec is always asked for. */
public enum OpenFlag {
    WRITE_ONLY,
    READ_WRITE,
    CREATE,
    EXCLUSIVE,
    TRUNCATE,
    APPEND,
    /** Never wait for the other end of a FIFO or for a device. */
    NON_BLOCKING,
    /** Refuse anything but a folder. */
    DIRECTORY,
    /** Refuse a symbolic link in the last component. */
    NO_FOLLOW,
    /** A mere reference: touches neither data nor device, allows no reading. */
    PATH;

    private static final int CLOEXEC = 02000000;

    private int bit(Architecture architecture) {
        return switch (this) {
            case WRITE_ONLY -> 01;
            case READ_WRITE -> 02;
            case CREATE -> 0100;
            case EXCLUSIVE -> 0200;
            case TRUNCATE -> 01000;
            case APPEND -> 02000;
            case NON_BLOCKING -> 04000;
            case DIRECTORY -> architecture.openDirectory();
            case NO_FOLLOW -> architecture.openNoFollow();
            case PATH -> 010000000;
        };
    }

    static int bits(Set<OpenFlag> flags, Architecture architecture) {
        int bits = CLOEXEC;
        for (OpenFlag flag : flags) {
            bits |= flag.bit(architecture);
        }
        return bits;
    }
}
