package dev.caravel.cri;

import java.time.Duration;
import java.util.Optional;

/**
 * Told about every finished call to the runtime; feeds the {@code kubelet_runtime_operations_*}
 * metrics.
 */
@FunctionalInterface
public interface CallObserver {
    /** An observer for callers that measure nothing. */
    CallObserver NONE = (operation, took, failure) -> {};

    /**
     * One call ended. Runs on the thread of the call and must not block.
     *
     * @param operation operation_type of kubelet contract §9.2, such as {@code run_podsandbox}
     * @param took from the call to its answer
     * @param failure how it failed; absent when it succeeded
     */
    void onCall(String operation, Duration took, Optional<RuntimeCallException.Code> failure);
}
