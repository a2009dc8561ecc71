package dev.caravel.daemon.api;

import org.jspecify.annotations.Nullable;

/** Compares resource versions of one object, which grow (KEP-5504). */
public final class ResourceVersions {
    private ResourceVersions() {}

    /** Whether {@code a} is older than {@code b}; an unknown version is older than any other. */
    public static boolean older(@Nullable String a, @Nullable String b) {
        if (a == null || b == null) {
            return b != null;
        }
        return a.length() != b.length() ? a.length() < b.length() : a.compareTo(b) < 0;
    }
}
