package dev.caravel.daemon.metrics;

import java.io.IOException;

/** Families whose values are read when somebody scrapes. */
@FunctionalInterface
public interface SeriesSource {
    /**
     * Writes whole families.
     *
     * @throws IOException only from {@code out}
     */
    void collect(SeriesWriter out) throws IOException;
}
