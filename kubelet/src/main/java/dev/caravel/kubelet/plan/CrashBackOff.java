package dev.caravel.kubelet.plan;

import io.fabric8.kubernetes.api.model.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The crash back-off of one container (contract §5.4): 10 s, doubled at each restart up to the
 * maximum, forgotten when the container ran for ten minutes.
 *
 * @param delay how long after its end the container waits before the next start
 * @param updated when the delay was set, i.e. the last start after a crash
 */
public record CrashBackOff(Duration delay, Instant updated) {

    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    /**
     * How long containers of this node wait.
     *
     * @param initial the first delay
     * @param maximum no delay is longer
     */
    public record Limits(Duration initial, Duration maximum) {
        private static final Limits USUAL =
                new Limits(Duration.ofSeconds(10), Duration.ofMinutes(5));
        private static final Limits REDUCED =
                new Limits(Duration.ofSeconds(1), Duration.ofMinutes(1));

        /**
         * From the configuration.
         *
         * @param reduced gate ReduceDefaultCrashLoopBackOffDecay
         * @param configured {@code crashLoopBackOff.maxContainerRestartPeriod}; it counts more, and
         *     where it is less than the first delay that is lowered too
         */
        public static Limits of(boolean reduced, Optional<Duration> configured) {
            Limits usual = reduced ? REDUCED : USUAL;
            Duration maximum = configured.orElse(usual.maximum);
            return new Limits(min(usual.initial, maximum), maximum);
        }
    }

    /**
     * Under which name a container's back-off is kept: another image or other resources are a new
     * beginning.
     */
    public static String key(Container container) {
        return container.getName() + "/" + container.getImage() + "/" + container.getResources();
    }

    /**
     * When a container that ended at {@code finishedAt} may start again, if it has to wait at all.
     *
     * @param current the back-off so far, empty when it has not crashed yet
     */
    public static Optional<Instant> waitUntil(
            Optional<CrashBackOff> current, Instant finishedAt, Instant now) {
        return current.filter(b -> !b.expired(finishedAt))
                .map(b -> finishedAt.plus(b.delay))
                .filter(until -> until.isAfter(now));
    }

    /** The back-off after another start of a container that ended at {@code finishedAt}. */
    public static CrashBackOff next(
            Optional<CrashBackOff> current, Instant finishedAt, Instant now, Limits limits) {
        return current.filter(b -> !b.expired(finishedAt))
                .map(b -> new CrashBackOff(min(b.delay.multipliedBy(2), limits.maximum), now))
                .orElse(new CrashBackOff(limits.initial, now));
    }

    private boolean expired(Instant finishedAt) {
        return Duration.between(updated, finishedAt).compareTo(FORGOTTEN_AFTER) > 0;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
