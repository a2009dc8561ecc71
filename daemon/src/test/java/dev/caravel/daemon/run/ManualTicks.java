package dev.caravel.daemon.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Time that moves only when a test says so; sleeping moves it. */
public final class ManualTicks implements Ticks {
    private final List<Duration> slept = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-24T08:00:00Z");
    private long nanos = 1_000_000_000L;

    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    /** Moves the wall clock alone, as an operator or NTP does. */
    public synchronized void jump(Duration duration) {
        now = now.plus(duration);
    }

    public synchronized List<Duration> slept() {
        return List.copyOf(slept);
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        synchronized (this) {
            slept.add(duration);
        }
        if (duration.isPositive()) {
            advance(duration);
        }
    }

    @Override
    public Clock clock() {
        InstantSource source = this::now;
        return source.withZone(ZoneOffset.UTC);
    }
}
