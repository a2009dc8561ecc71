package dev.caravel.daemon.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The only place that knows the time: wall clock for stamps, monotonic nanoseconds for every timer
 * (the wall clock may jump), and waiting. Decisions get instants as data instead.
 */
public interface Ticks {
    /** The wall clock now. */
    Instant now();

    /** Monotonic nanoseconds; only differences mean anything. */
    long nanos();

    /**
     * Waits at least {@code duration} of monotonic time; zero and less return at once.
     *
     * @throws InterruptedException when the thread is told to end
     */
    void sleep(Duration duration) throws InterruptedException;

    /** A {@link Clock} in UTC over {@link #now()}. */
    Clock clock();

    /** The clocks of this machine. */
    static Ticks system() {
        return SystemTicks.INSTANCE;
    }
}
