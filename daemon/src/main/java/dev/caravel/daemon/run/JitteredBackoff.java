package dev.caravel.daemon.run;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays that grow by a factor up to a ceiling, each lengthened by a random part so that a thousand
 * nodes do not return at the same moment. Used by one thread.
 */
public final class JitteredBackoff {
    private final Duration first;
    private final double factor;
    private final Duration ceiling;
    private final double jitter;
    private final RandomGenerator random;
    private Duration next;

    /**
     * @param jitter at most this part of a delay is added to it, for example 0.2
     */
    public JitteredBackoff(
            Duration first,
            double factor,
            Duration ceiling,
            double jitter,
            RandomGenerator random) {
        this.first = first;
        this.factor = factor;
        this.ceiling = ceiling;
        this.jitter = jitter;
        this.random = random;
        this.next = first;
    }

    /** The delay before the next try. */
    public Duration next() {
        Duration base = next;
        double grown = base.toNanos() * factor;
        next = grown >= ceiling.toNanos() ? ceiling : Duration.ofNanos((long) grown);
        return jittered(base, jitter, random);
    }

    /** Begins again with the first delay, after a success. */
    public void reset() {
        next = first;
    }

    /** {@code base} lengthened by up to {@code jitter} times itself. */
    public static Duration jittered(Duration base, double jitter, RandomGenerator random) {
        return base.plusNanos((long) (base.toNanos() * jitter * random.nextDouble()));
    }
}
