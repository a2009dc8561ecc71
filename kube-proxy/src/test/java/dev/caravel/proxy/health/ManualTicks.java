package dev.caravel.proxy.health;

import dev.caravel.daemon.run.Ticks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** A clock a test moves by hand. */
public final class ManualTicks implements Ticks {
    private Instant now = Instant.parse("2026-11-24T08:00:00.5Z");

    /** Lets time pass. */
    public void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public long nanos() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    @Override
    public void sleep(Duration duration) {
        pass(duration);
    }

    @Override
    public Clock clock() {
        return Clock.fixed(now, ZoneOffset.UTC);
    }
}
