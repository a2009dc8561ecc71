package dev.caravel.cri.grpc;

/**
 * When to try a refused connection again: after 100 ms, growing by 1.6 to 3 s (kubelet contract
 * §4.1). gRPC's own back-off grows to two minutes and cannot be set, but it can be cut short.
 * Nothing runs by itself: each call asks, since only a call needs the connection.
 */
final class ReconnectBackoff {
    private static final long FIRST_NANOS = 100_000_000;
    private static final long LONGEST_NANOS = 3_000_000_000L;

    private long delay = FIRST_NANOS;
    private long notBefore;
    private boolean waiting;

    /** The connection works: the next failure starts from the shortest delay. */
    synchronized void succeeded() {
        delay = FIRST_NANOS;
        waiting = false;
    }

    /**
     * The connection is refused. Tells whether the delay is over and counts that as an attempt.
     *
     * @param now {@link System#nanoTime()}
     */
    synchronized boolean attemptIsDue(long now) {
        if (!waiting) {
            waiting = true;
            notBefore = now + delay;
            return false;
        }
        if (now - notBefore < 0) {
            return false;
        }
        delay = Math.min(delay * 8 / 5, LONGEST_NANOS);
        notBefore = now + delay;
        return true;
    }
}
