package dev.caravel.daemon.cert;

import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value read from files and read again when they have changed, noticed when somebody asks and not
 * more often than each second. Content that cannot be used is reported once and the value before it
 * stays. Thread safe.
 */
public final class ReloadedFiles<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadedFiles.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final long MAX_BYTES = 4 << 20;

    /** Makes the value of the contents, in the order of the files. */
    @FunctionalInterface
    public interface Loader<T> {
        T load(List<byte[]> contents) throws IOException, GeneralSecurityException;
    }

    private final String what;
    private final List<Path> files;
    private final Loader<T> loader;
    private final Ticks ticks;
    private @Nullable T value;
    private List<String> seen = List.of();
    private long lookedAt;
    private boolean looked;

    /**
     * Reads nothing yet.
     *
     * @param what in log lines, for example {@code client CA bundle}
     */
    public ReloadedFiles(String what, List<Path> files, Loader<T> loader, Ticks ticks) {
        this.what = what;
        this.files = List.copyOf(files);
        this.loader = loader;
        this.ticks = ticks;
    }

    /** The value of the newest usable content; empty when there has been none. */
    public synchronized Optional<T> get() {
        long now = ticks.nanos();
        if (!looked || now - lookedAt >= LOOK_AGAIN.toNanos()) {
            looked = true;
            lookedAt = now;
            lookAgain();
        }
        return Optional.ofNullable(value);
    }

    /**
     * Reads now.
     *
     * @throws IOException when a file cannot be read or its content not be used
     */
    public synchronized T read() throws IOException {
        List<String> marks = marks();
        try {
            List<byte[]> contents = new ArrayList<>();
            for (Path file : files) {
                contents.add(content(file));
            }
            T loaded = loader.load(contents);
            value = loaded;
            seen = marks;
            return loaded;
        } catch (GeneralSecurityException e) {
            seen = marks;
            throw new IOException("reading " + what + " " + files + ": " + e.getMessage(), e);
        }
    }

    private void lookAgain() {
        if (marks().equals(seen)) {
            return;
        }
        boolean first = value == null;
        try {
            read();
            LOG.info("{} {} from {}", first ? "Loaded" : "Reloaded", what, files);
        } catch (NoSuchFileException e) {
            seen = marks();
            String then = first ? "there is none yet" : "keeping the old one";
            LOG.info("No {} at {}; {}", what, e.getMessage(), then);
        } catch (IOException e) {
            seen = marks();
            LOG.warn("{}; {}", e.getMessage(), first ? "there is none yet" : "keeping the old one");
        }
    }

    /** Inode, size and time of each file, following links: a changed mount shows as a new inode. */
    private List<String> marks() {
        List<String> marks = new ArrayList<>();
        for (Path file : files) {
            try {
                BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
                marks.add(is.fileKey() + " " + is.size() + " " + is.lastModifiedTime().toInstant());
            } catch (IOException e) {
                marks.add("absent");
            }
        }
        return marks;
    }

    private static byte[] content(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
