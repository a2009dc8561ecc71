package dev.caravel.kubelet.image;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long a pod waits before it tries an image again: doubled with each failure up to a maximum,
 * forgotten after twice the maximum without one. Immutable; each change is a new table.
 *
 * @param first the wait after the first failure
 * @param max the longest wait
 * @param waits by pod UID and image
 */
record PullBackOff(Duration first, Duration max, Map<PodImage, Wait> waits) {
    PullBackOff {
        waits = Map.copyOf(waits);
    }

    /** No failures yet. */
    static PullBackOff none(Duration first, Duration max) {
        return new PullBackOff(first, max, Map.of());
    }

    /** Which pod and image. */
    record PodImage(String podUid, String image) {}

    /**
     * A wait after failures.
     *
     * @param delay how long
     * @param since the last failure
     * @param error what that failure was, reason and message
     */
    record Wait(Duration delay, Instant since, String error) {
        Instant until() {
            return since.plus(delay);
        }
    }

    /** The wait that is not over yet. */
    Optional<Wait> waiting(PodImage key, Instant now) {
        return Optional.ofNullable(waits.get(key)).filter(wait -> now.isBefore(wait.until()));
    }

    /** Notes a failure, and drops what is forgotten by now. */
    PullBackOff failed(PodImage key, String error, Instant now) {
        Map<PodImage, Wait> next = withoutForgotten(now);
        Wait before = next.get(key);
        Duration delay = before == null ? first : min(before.delay().multipliedBy(2), max);
        next.put(key, new Wait(delay, now, error));
        return new PullBackOff(first, max, next);
    }

    /** Drops what a pod waited for, when it is gone. */
    PullBackOff withoutPod(String podUid) {
        Map<PodImage, Wait> next = new HashMap<>(waits);
        next.keySet().removeIf(key -> key.podUid().equals(podUid));
        return new PullBackOff(first, max, next);
    }

    private Map<PodImage, Wait> withoutForgotten(Instant now) {
        Map<PodImage, Wait> next = new HashMap<>(waits);
        Duration memory = max.multipliedBy(2);
        next.values().removeIf(wait -> now.isAfter(wait.since().plus(memory)));
        return next;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
