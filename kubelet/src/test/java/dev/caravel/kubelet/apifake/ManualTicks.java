package dev.caravel.kubelet.apifake;

import dev.caravel.daemon.run.Ticks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** Clocks that stand still until a test moves them; sleepers wait for that. */
public final class ManualTicks implements Ticks {
    private Instant now;
    private long nanos;
    private int sleepers;

    public ManualTicks(Instant start) {
        this.now = start;
    }

    /** Moves both clocks. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
        notifyAll();
    }

    /** How many threads wait in {@link #sleep}. */
    public synchronized int sleepers() {
        return sleepers;
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
    public synchronized void sleep(Duration duration) throws InterruptedException {
        long until = nanos + duration.toNanos();
        sleepers++;
        try {
            while (nanos - until < 0) {
                wait();
            }
        } finally {
            sleepers--;
        }
    }

    @Override
    public Clock clock() {
        return Clock.fixed(now(), ZoneOffset.UTC);
    }
}
