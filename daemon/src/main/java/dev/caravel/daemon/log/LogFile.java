package dev.caravel.daemon.log;

import java.nio.file.Path;

/**
 * A file to log to instead of stderr; errors go to both.
 *
 * @param path the current file; older ones are {@code path.1} (newest) and up
 * @param maxBytes begin a new file when this would be passed
 * @param keep how many older files are kept
 */
public record LogFile(Path path, long maxBytes, int keep) {
    public LogFile {
        if (maxBytes <= 0 || keep < 0) {
            throw new IllegalArgumentException("log file " + path + ": size and count must be set");
        }
    }
}
