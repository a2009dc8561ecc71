package dev.caravel.linux.fs;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the texts of /proc and /sys. They claim to be empty, and {@code java.nio.file.Files} then
 * asks for the first byte alone; but a number under /proc/sys answers only one read, so that {@code
 * Files.readString} makes a 1 of 192731. Here the first read has room for all of it.
 */
public final class KernelFiles {
    private static final int USUAL = 8 * 1024;

    /** Far above any real one; a mount table of 10,000 mounts has 2 MB. */
    private static final int LIMIT = 64 * 1024 * 1024;

    private KernelFiles() {}

    /**
     * Reads a whole text; bytes that are not UTF-8 are replaced.
     *
     * @throws NoSuchFileException if there is no such file
     */
    public static String read(Path file) throws IOException {
        byte[] buffer = new byte[USUAL];
        int length = 0;
        try (FileInputStream in = new FileInputStream(file.toString())) {
            int read = in.read(buffer, 0, buffer.length);
            while (read > 0) {
                length += read;
                if (length == buffer.length) {
                    if (length >= LIMIT) {
                        throw new IOException("more than " + LIMIT + " bytes; refused");
                    }
                    buffer = Arrays.copyOf(buffer, buffer.length * 2);
                }
                read = in.read(buffer, length, buffer.length - length);
            }
        } catch (FileNotFoundException e) {
            // Java throws this one for every failure to open.
            throw file.toFile().exists() ? e : new NoSuchFileException(file.toString());
        } catch (IOException e) {
            throw new IOException("Read " + file + ": " + e.getMessage(), e);
        }
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
}
