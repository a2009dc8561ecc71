package dev.caravel.daemon.run;

import java.time.Duration;

/**
 * Lets {@code perSecond} calls through on average and {@code burst} at once, as client-go's flow
 * control does. Thread safe.
 */
public final class TokenBucket {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final int burst;
    private final Ticks ticks;
    private double tokens;
    private long countedAt;

    /**
     * @param perSecond tokens added a second; zero and less means no limit at all
     * @param burst tokens it can hold; it begins full
     */
    public TokenBucket(double perSecond, int burst, Ticks ticks) {
        this.perSecond = perSecond;
        this.burst = Math.max(burst, 1);
        this.ticks = ticks;
        this.tokens = this.burst;
        this.countedAt = ticks.nanos();
    }

    /** Takes a token if one is there now. */
    public synchronized boolean tryAcquire() {
        if (perSecond <= 0) {
            return true;
        }
        refill();
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /**
     * Takes a token, waiting for it in turn.
     *
     * @return how long it waited
     */
    public Duration acquire() throws InterruptedException {
        Duration wait = reserve();
        ticks.sleep(wait);
        return wait;
    }

    /** Takes a token in advance and says how long to wait before using it. */
    public synchronized Duration reserve() {
        if (perSecond <= 0) {
            return Duration.ZERO;
        }
        refill();
        tokens--;
        return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / perSecond * NANOS));
    }

    private void refill() {
        long now = ticks.nanos();
        tokens = Math.min(burst, tokens + (now - countedAt) / NANOS * perSecond);
        countedAt = now;
    }
}
