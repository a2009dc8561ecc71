package dev.caravel.kubelet.allocation;

import dev.caravel.linux.fs.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocations by pod UID, kept in one file. A change that somebody acts upon is on disk before the
 * call returns; one whose loss means nothing, as it repeats what the spec says, is written with the
 * next such change or by {@link #flush}.
 */
final class AllocationFile {
    private static final Logger log = LoggerFactory.getLogger(AllocationFile.class);

    private final Path file;
    private final Map<String, PodAllocation> pods;
    private String written;
    private boolean dirty;

    /**
     * Reads the file; one that does not exist is empty.
     *
     * @throws IOException when it cannot be read or is damaged: guessing would change the limits of
     *     running containers, so the kubelet must not start
     */
    AllocationFile(Path file) throws IOException {
        this.file = file;
        String text = read(file);
        try {
            pods = new HashMap<>(text.isEmpty() ? Map.of() : Checkpoint.read(text));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "The pod resource checkpoint "
                            + file
                            + " is damaged: "
                            + e.getMessage()
                            + ". Drain this node, delete the file and start the kubelet again.",
                    e);
        }
        written = text;
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    synchronized Optional<PodAllocation> get(String uid) {
        return Optional.ofNullable(pods.get(uid));
    }

    /** Remembers; may be lost by a crash. */
    synchronized void note(String uid, PodAllocation allocation) {
        dirty = true;
        pods.put(uid, allocation);
    }

    /**
     * Remembers across a crash.
     *
     * @throws UncheckedIOException when the file cannot be written; then nothing has changed
     */
    synchronized void put(String uid, PodAllocation allocation) {
        PodAllocation before = pods.put(uid, allocation);
        if (allocation.equals(before)) {
            return;
        }
        try {
            dirty = true;
            write();
        } catch (UncheckedIOException e) {
            if (before == null) {
                pods.remove(uid);
            } else {
                pods.put(uid, before);
            }
            throw e;
        }
    }

    /** As {@link #put}, from what is there now; nothing happens for an unknown pod. */
    synchronized void update(String uid, UnaryOperator<PodAllocation> change) {
        PodAllocation before = pods.get(uid);
        if (before != null) {
            put(uid, change.apply(before));
        }
    }

    synchronized void remove(String uid) {
        dirty |= pods.remove(uid) != null;
    }

    synchronized void retainOnly(Set<String> uids) {
        dirty |= pods.keySet().retainAll(uids);
    }

    /** Writes what has been noted; a failure is told and repeated with the next call. */
    synchronized void flush() {
        try {
            write();
        } catch (UncheckedIOException e) {
            log.warn(
                    "Saving pod resources failed: {}. They stay in memory; next try with the next change.",
                    e.getMessage());
        }
    }

    private void write() {
        if (!dirty) {
            return;
        }
        String text = Checkpoint.write(pods);
        if (text.equals(written)) {
            dirty = false;
            return;
        }
        try {
            AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8), AtomicFiles.OWNER_ONLY);
            written = text;
            dirty = false;
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file + ": " + e.getMessage(), e);
        }
    }
}
