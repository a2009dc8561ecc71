package dev.caravel.kubelet.logs;

import java.time.Duration;

/**
 * How soon to look at a growing log again: in half the time it needs to reach the limit at the pace
 * it has now. So a busy log is caught soon after the limit and a slow one costs next to nothing.
 */
final class LogPace {

    static final Duration SHORTEST = Duration.ofMillis(20);

    /** A log may turn busy at once; it then exceeds the limit by what it writes in this time. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private LogPace() {}

    /**
     * @param left bytes until the limit
     * @param grown bytes since the last look; above 0
     * @param since time since the last look
     */
    static Duration next(long left, long grown, Duration since) {
        double half = (double) left / grown * since.toNanos() / 2;
        if (!(half < LONGEST.toNanos())) {
            return LONGEST;
        }
        return half < SHORTEST.toNanos() ? SHORTEST : Duration.ofNanos((long) half);
    }
}
