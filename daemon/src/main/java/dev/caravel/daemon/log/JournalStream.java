package dev.caravel.daemon.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Finds out whether stderr is the journal, which then reads a priority at the start of each line.
 */
final class JournalStream {
    private JournalStream() {}

    /**
     * Compares {@code $JOURNAL_STREAM} with what {@code stderr} is (systemd.exec(5)). A process
     * started by a service inherits the variable, but its stderr may be something else.
     */
    static boolean isStderr(Map<String, String> environment, Path stderr) {
        String stream = environment.getOrDefault("JOURNAL_STREAM", "");
        if (stream.isEmpty()) {
            return false;
        }
        try {
            Object device = Files.getAttribute(stderr, "unix:dev");
            Object inode = Files.getAttribute(stderr, "unix:ino");
            return stream.equals(device + ":" + inode);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false; // then the priorities would only be noise
        }
    }
}
