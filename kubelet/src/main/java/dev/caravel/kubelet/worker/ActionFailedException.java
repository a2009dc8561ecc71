package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.plan.Failure;
import java.time.Instant;
import java.util.Optional;

/** An action failed in a way people should see in the pod's status. */
public final class ActionFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final transient Optional<Instant> retryAt;

    /**
     * A failure with a time for the next try.
     *
     * @param retryAt when to try again; empty leaves it to the worker's back-off
     */
    public ActionFailedException(Failure failure, Optional<Instant> retryAt) {
        super(failure.reason() + ": " + failure.message());
        this.failure = failure;
        this.retryAt = retryAt;
    }

    public ActionFailedException(String reason, String message) {
        this(new Failure(reason, message), Optional.empty());
    }

    public Failure failure() {
        return failure;
    }

    public Optional<Instant> retryAt() {
        return retryAt;
    }
}
