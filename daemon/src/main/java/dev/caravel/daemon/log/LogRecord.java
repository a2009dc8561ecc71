package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/**
 * One thing to log, without the library's types around it.
 *
 * @param repeated how many equal records were left out before this one
 */
record LogRecord(
        Instant time,
        Level level,
        Caller caller,
        String message,
        List<KeyValuePair> pairs,
        Optional<Failure> failure,
        long repeated) {

    /**
     * An exception.
     *
     * @param text what klog shows as {@code err}
     * @param trace the frames, one a line without line end; empty where they would tell nothing
     */
    record Failure(String text, List<String> trace) {}

    LogRecord {
        pairs = List.copyOf(pairs);
    }
}
