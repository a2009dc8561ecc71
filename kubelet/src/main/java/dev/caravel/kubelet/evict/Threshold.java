package dev.caravel.kubelet.evict;

import java.time.Duration;
import java.util.Optional;

/**
 * When a signal is too low.
 *
 * @param value below this it is
 * @param minReclaim how far above {@code value} it has to rise before that is over
 * @param grace how long it must last before pods are evicted; zero makes it a hard threshold
 */
public record Threshold(Signal signal, Value value, Optional<Value> minReclaim, Duration grace) {

    /** An amount, or a share of what there is in all. */
    public sealed interface Value {
        /** In bytes or pieces. */
        record Amount(long amount) implements Value {}

        /** A part of the capacity, 0 to 1; single precision as upstream computes it. */
        record Share(float share) implements Value {}

        /** The amount this means of {@code capacity}. */
        default long of(long capacity) {
            return switch (this) {
                case Amount a -> a.amount;
                case Share s -> (long) ((double) capacity * (double) s.share);
            };
        }
    }

    boolean isHard() {
        return grace.isZero();
    }

    /**
     * Whether the signal is too low.
     *
     * @param untilReclaimed whether it still counts as low until the minimum is reclaimed
     */
    boolean met(Observation observed, boolean untilReclaimed) {
        long limit = value.of(observed.capacity());
        if (untilReclaimed) {
            limit += minReclaim.map(m -> m.of(observed.capacity())).orElse(0L);
        }
        return limit > observed.available();
    }
}
