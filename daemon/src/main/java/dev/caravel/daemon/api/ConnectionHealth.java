package dev.caravel.daemon.api;

/**
 * Decides when a connection is given up. HTTP/2 sends every request over one connection; when that
 * one dies without a word, every request times out until the kernel gives up a quarter of an hour
 * later.
 */
final class ConnectionHealth {
    /** So many requests in a row without a single byte from the server. */
    private static final int FAILURES = 2;

    private int failures;
    private long heardAt;

    ConnectionHealth(long nanos) {
        heardAt = nanos;
    }

    /** Bytes came. */
    synchronized void heard(long nanos) {
        failures = 0;
        heardAt = nanos;
    }

    /** When bytes last came. */
    synchronized long heardAt() {
        return heardAt;
    }

    /**
     * A request timed out.
     *
     * @param startedNanos when it was sent; a server heard of since then is slow, not gone
     * @return true when the connection is to be given up
     */
    synchronized boolean timedOut(long startedNanos) {
        if (heardAt - startedNanos >= 0) {
            return false;
        }
        failures++;
        return failures >= FAILURES;
    }
}
