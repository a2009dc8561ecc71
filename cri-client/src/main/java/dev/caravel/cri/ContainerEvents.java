package dev.caravel.cri;

/**
 * A stream of {@link ContainerEvent}s; one thread reads it, any thread may close it. containerd
 * first sends what happened before anybody listened (up to a thousand events), so an event may be
 * older than the last list.
 */
public interface ContainerEvents extends AutoCloseable {
    /**
     * Waits for the next event.
     *
     * @throws RuntimeCallException when the stream ends: {@link
     *     RuntimeCallException#isUnimplemented()} if the runtime sends no events, {@link
     *     RuntimeCallException#isUnavailable()} if it went away or ended the stream, {@link
     *     RuntimeCallException#isCancelled()} after {@link #close()} or an interrupt (whose flag
     *     stays set)
     */
    ContainerEvent next();

    /** Ends the stream; a waiting {@link #next()} throws. Closing twice does nothing. */
    @Override
    void close();
}
