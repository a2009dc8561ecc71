package dev.caravel.kubelet.plan;

import java.time.Duration;
import java.time.Instant;

/**
 * A pod has to end.
 *
 * @param cause why
 * @param since when that became known
 * @param grace how long its containers have from {@code since}; it only ever gets shorter
 */
public record Termination(Cause cause, Instant since, Duration grace) {

    /** Why a pod ends. */
    public sealed interface Cause {

        /** The API object is marked for deletion. */
        record Deleted() implements Cause {}

        /** No source wants it any more. */
        record Removed() implements Cause {}

        /** Its containers are done and will not be restarted. */
        record Finished() implements Cause {}

        /**
         * The node ends it: eviction, deadline, preemption, shutdown, rejection.
         *
         * @param reason the pod status' reason, e.g. {@code Evicted}
         * @param message the pod status' message
         * @param disruption whether condition DisruptionTarget is set
         */
        record Failed(String reason, String message, boolean disruption) implements Cause {}
    }

    public Instant deadline() {
        return since.plus(grace);
    }

    /**
     * The termination after a newer request; grace is never extended, the first cause that fails
     * the pod stays.
     */
    public Termination mergedWith(Termination newer) {
        Cause merged =
                cause instanceof Cause.Failed || !(newer.cause instanceof Cause.Failed)
                        ? keepStronger(cause, newer.cause)
                        : newer.cause;
        if (newer.deadline().isBefore(deadline())) {
            return new Termination(merged, since, Duration.between(since, newer.deadline()));
        }
        return new Termination(merged, since, grace);
    }

    private static Cause keepStronger(Cause a, Cause b) {
        return a instanceof Cause.Finished && !(b instanceof Cause.Finished) ? b : a;
    }
}
