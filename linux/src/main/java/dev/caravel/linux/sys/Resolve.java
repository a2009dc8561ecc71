package dev.caravel.linux.sys;

import java.util.Set;

/** How far a path may lead while it is looked up (openat2(2)). */
public enum Resolve {
    /** Fail on any symbolic link, wherever in the path. */
    NO_SYMLINKS(0x04),
    /** Fail on the links of /proc that jump to an open file. */
    NO_MAGICLINKS(0x02),
    /** Fail when a mount point is crossed. */
    NO_XDEV(0x01),
    /** Fail when the path leaves the folder it started from, even for a moment. */
    BENEATH(0x08),
    /** Treat the starting folder as the root: absolute links and {@code ..} stay inside. */
    IN_ROOT(0x10);

    private final long bit;

    Resolve(long bit) {
        this.bit = bit;
    }

    static long bits(Set<Resolve> how) {
        long bits = 0;
        for (Resolve one : how) {
            bits |= one.bit;
        }
        return bits;
    }
}
