package dev.caravel.linux.fs;

import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileStatus;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.OpenFlag;
import dev.caravel.linux.sys.Resolve;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Reads files that a container may have put anything in place of: a link to a secret of the host, a
 * FIFO nobody writes to, a device, a file without end. Every read is bounded, follows no link in
 * the last component, never waits and never opens a device, not even for a moment.
 */
public final class SafeFiles {
    private static final int CHUNK = 64 * 1024;

    private final FileCalls files;

    /** Reads through the given system calls. */
    public SafeFiles(FileCalls files) {
        this.files = files;
    }

    /** What was read. */
    public static final class Content {
        private final byte[] bytes;
        private final boolean truncated;

        private Content(byte[] bytes, boolean truncated) {
            this.bytes = bytes;
            this.truncated = truncated;
        }

        /** The content, at most the limit; the caller's own from now on. */
        public byte[] bytes() {
            return bytes;
        }

        /** Whether the file holds more than that. */
        public boolean truncated() {
            return truncated;
        }

        /** The content as text; bytes that are not UTF-8 are replaced. */
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** How links below a root are treated. */
    public enum Links {
        /** None may be in the path. */
        NONE,
        /** They are followed while they stay below the root; those that leave it are an error. */
        INSIDE
    }

    /**
     * Reads the beginning of a regular file. The folders of the path must be trusted.
     *
     * @throws IOException if it is not a regular file, or cannot be read
     */
    public Content read(Path file, int limit) throws IOException {
        try (Descriptor opened = openRegular(file)) {
            return readFrom(opened, 0, limit);
        }
    }

    /** Reads the beginning of a regular file below a root whose folders are not trusted. */
    public Content read(Path root, String relative, Links links, int limit) throws IOException {
        try (Descriptor opened = openRegular(root, relative, links)) {
            return readFrom(opened, 0, limit);
        }
    }

    /** Reads the last bytes of a regular file. The folders of the path must be trusted. */
    public Content tail(Path file, int limit) throws IOException {
        try (Descriptor opened = openRegular(file)) {
            long size = files.status(opened).size();
            long start = Math.max(0, size - limit);
            // Grown meanwhile: what came later is simply not part of this answer.
            byte[] bytes = readFrom(opened, start, (int) Math.min(limit, size)).bytes();
            return new Content(bytes, start > 0);
        }
    }

    /**
     * Opens something below a root for reading; a link that leads out of it fails with {@code
     * EXDEV}. What was opened may be of any kind but is only a reference until it is opened again
     * through {@link Descriptor#procPath()}.
     */
    public Descriptor openReference(Path root, String relative, Links links) throws IOException {
        Set<OpenFlag> flags = EnumSet.of(OpenFlag.PATH);
        Set<Resolve> how = EnumSet.of(Resolve.BENEATH, Resolve.NO_MAGICLINKS);
        if (links == Links.NONE) {
            flags.add(OpenFlag.NO_FOLLOW);
            how.add(Resolve.NO_SYMLINKS);
        }
        Set<OpenFlag> folder = EnumSet.of(OpenFlag.PATH, OpenFlag.DIRECTORY);
        try (Descriptor top = files.open(root, folder, 0)) {
            return files.openBelow(top, relative, flags, 0, how);
        }
    }

    private Descriptor openRegular(Path file) throws IOException {
        Set<OpenFlag> flags = EnumSet.of(OpenFlag.PATH, OpenFlag.NO_FOLLOW);
        try (Descriptor reference = files.open(file, flags, 0)) {
            return reopen(reference);
        }
    }

    private Descriptor openRegular(Path root, String relative, Links links) throws IOException {
        try (Descriptor reference = openReference(root, relative, links)) {
            return reopen(reference);
        }
    }

    /** The kind is checked on the reference, so what is opened here cannot be anything else. */
    private Descriptor reopen(Descriptor reference) throws IOException {
        FileStatus status = files.status(reference);
        if (status.type() != FileType.REGULAR) {
            String kind = status.type().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            throw new FileSystemException(
                    reference.toString(), null, "is a " + kind + ", not a regular file; not read");
        }
        return files.open(reference.procPath(), EnumSet.of(OpenFlag.NON_BLOCKING), 0);
    }

    private Content readFrom(Descriptor file, long start, int limit) throws IOException {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " is below 0");
        }
        // One byte more than the limit tells whether there is more, whatever the size claims.
        byte[] bytes = new byte[(int) Math.min(limit + 1L, CHUNK)];
        byte[] chunk = new byte[(int) Math.min(limit + 1L, CHUNK)];
        int length = 0;
        while (length <= limit) {
            int read = files.read(file, chunk, start + length);
            if (read == 0) {
                return new Content(Arrays.copyOf(bytes, length), false);
            }
            int kept = (int) Math.min(read, limit + 1L - length);
            if (length + kept > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit + 1L, bytes.length * 2L));
            }
            System.arraycopy(chunk, 0, bytes, length, kept);
            length += kept;
        }
        return new Content(Arrays.copyOf(bytes, limit), true);
    }
}
