package dev.caravel.daemon.event;

/** What to send to the API server about an event. */
sealed interface EventCall {
    /** Of the event. */
    String name();

    /** The collection, for example {@code /api/v1/namespaces/shop/events}. */
    String collection();

    /** A new event. */
    record Create(String collection, String name, Object body) implements EventCall {}

    /**
     * An event that repeats.
     *
     * @param patch strategic merge patch
     * @param instead posted when the event has expired meanwhile
     */
    record Repeat(String collection, String name, String patch, Create instead)
            implements EventCall {}
}
