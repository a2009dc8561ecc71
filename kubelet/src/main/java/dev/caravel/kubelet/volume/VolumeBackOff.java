package dev.caravel.kubelet.volume;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a failed volume rests: 500 ms, doubled with each failure, at most 2 min 2 s (kubelet.md
 * §7.3).
 *
 * @param pause the rest after the last failure
 * @param until when the next try is due
 */
public record VolumeBackOff(Duration pause, Instant until) {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(122);

    /** After the first failure. */
    public static VolumeBackOff first(Instant now) {
        return new VolumeBackOff(FIRST, now.plus(FIRST));
    }

    /** After one more failure. */
    public VolumeBackOff next(Instant now) {
        Duration doubled = pause.multipliedBy(2);
        Duration longer = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return new VolumeBackOff(longer, now.plus(longer));
    }

    public boolean resting(Instant now) {
        return now.isBefore(until);
    }
}
