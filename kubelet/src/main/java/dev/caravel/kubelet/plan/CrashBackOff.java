package dev.caravel.kubelet.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The crash back-off of one container (contract §5.4): 10 s, doubled at each restart up to the
 * maximum, forgotten when twice the maximum has passed since the last restart.
 *
 * @param delay how long after its end the container waits before the next start
 * @param updated when the delay was set, i.e. the last start after a crash
 */
public record CrashBackOff(Duration delay, Instant updated) {

    /** The first delay; lower only if the maximum is lower. */
    public static final Duration INITIAL = Duration.ofSeconds(10);

    /**
     * When a container that ended at {@code finishedAt} may start again, if it has to wait at all.
     *
     * @param current the back-off so far, empty when it has not crashed yet
     */
    public static Optional<Instant> waitUntil(
            Optional<CrashBackOff> current, Instant finishedAt, Instant now, Duration maximum) {
        return current.filter(b -> !b.expired(finishedAt, maximum))
                .map(b -> finishedAt.plus(b.delay))
                .filter(until -> until.isAfter(now));
    }

    /** The back-off after another start. */
    public static CrashBackOff next(Optional<CrashBackOff> current, Instant now, Duration maximum) {
        Duration initial = min(INITIAL, maximum);
        return current.filter(b -> !b.expired(now, maximum))
                .map(b -> new CrashBackOff(min(b.delay.multipliedBy(2), maximum), now))
                .orElse(new CrashBackOff(initial, now));
    }

    private boolean expired(Instant at, Duration maximum) {
        return Duration.between(updated, at).compareTo(maximum.multipliedBy(2)) > 0;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
