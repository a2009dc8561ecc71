package dev.caravel.kubelet.image;

import dev.caravel.daemon.run.Ticks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** Time that moves only when told to. */
final class ManualTicks implements Ticks {
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    void advance(Duration by) {
        now.updateAndGet(t -> t.plus(by));
    }

    @Override
    public Instant now() {
        return now.get();
    }

    @Override
    public long nanos() {
        return Duration.between(Instant.EPOCH, now.get()).toNanos();
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }

    @Override
    public Clock clock() {
        return Clock.fixed(now.get(), ZoneOffset.UTC);
    }
}
