package dev.caravel.daemon.api;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A set of API objects kept up to date by list and watch: the compact state of each in memory,
 * reconnecting with jittered back-off, listing again when the server has forgotten our version
 * (410).
 *
 * @param <R> what is kept of each object
 */
public interface Watched<R> extends AutoCloseable {
    /** The object of that key, as last seen. */
    Optional<R> get(String key);

    /** All objects as last seen, by key; a view that cannot be changed. */
    Map<String, R> all();

    /** True once the first list has been delivered. */
    boolean synced();

    /**
     * Waits for the first list.
     *
     * @return false when {@code timeout} passed first
     */
    boolean awaitSynced(Duration timeout) throws InterruptedException;

    /** How long ago the server was last heard of: an event, a bookmark or a list. */
    Duration lastHeard();

    /** Ends the watch; no callback runs afterwards but one already running. */
    @Override
    void close();
}
