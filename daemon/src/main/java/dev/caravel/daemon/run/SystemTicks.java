package dev.caravel.daemon.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The clocks of this machine. */
enum SystemTicks implements Ticks {
    INSTANCE;

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isPositive()) {
            Thread.sleep(duration);
        }
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }
}
