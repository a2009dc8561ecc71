package dev.caravel.daemon.api;

/**
 * Hears what a {@link Watched} set holds. Calls come from one thread, in order; they must be short,
 * because the connection is not read meanwhile.
 *
 * @param <R> the mapped type
 */
public interface WatchListener<R> {
    /** An object is new or has changed. */
    void onPut(String key, R value);

    /** An object is gone; {@code last} is its last known state. */
    void onRemove(String key, R last);

    /** The first list has been delivered completely. Called once. */
    default void onSynced() {}
}
