package dev.caravel.linux.sys;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Text as C wants it: UTF-8 with a NUL behind. */
final class CStrings {
    private CStrings() {}

    static byte[] of(Path path) {
        return of(path.toString());
    }

    /**
     * Converts.
     *
     * @throws IllegalArgumentException if the text contains a NUL, which would silently cut it
     */
    static byte[] of(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + text + "' contains a NUL");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
