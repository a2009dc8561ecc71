package dev.caravel.linux.sys;

import java.util.Locale;

/**
 * The few numbers that differ between the processors this program runs on (asm/fcntl.h,
 * asm/unistd.h). Everything newer than Linux 5.0 has one number everywhere.
 */
enum Architecture {
    X86_64(0200000, 0400000, 217),
    AARCH64(040000, 0100000, 61);

    private final int openDirectory;
    private final int openNoFollow;
    private final long getdents64;

    Architecture(int openDirectory, int openNoFollow, long getdents64) {
        this.openDirectory = openDirectory;
        this.openNoFollow = openNoFollow;
        this.getdents64 = getdents64;
    }

    int openDirectory() {
        return openDirectory;
    }

    int openNoFollow() {
        return openNoFollow;
    }

    long getdents64() {
        return getdents64;
    }

    /** The one this machine has. */
    static Architecture current() {
        return of(System.getProperty("os.arch"));
    }

    /** By the name in Java's property {@code os.arch}. */
    static Architecture of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                    throw new UnsupportedOperationException(
                            "System calls on processor '"
                                    + name
                                    + "' are not known; amd64 and aarch64 are");
        };
    }
}
