package dev.caravel.kubelet.volume;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What came of preparing or refreshing the volumes of a pod. */
public sealed interface VolumeOutcome {

    /**
     * Every volume the pod uses is ready.
     *
     * @param refreshAt when to refresh them even if nobody announces a change; empty for never
     */
    record Ready(Optional<Instant> refreshAt) implements VolumeOutcome {}

    /**
     * Some volumes are not ready, or not fresh.
     *
     * @param failures one each, for events
     * @param retryAt when the next try is due
     */
    record Failed(List<VolumeFailure> failures, Instant retryAt) implements VolumeOutcome {
        public Failed {
            failures = List.copyOf(failures);
            if (failures.isEmpty()) {
                throw new IllegalArgumentException("a failure without any failed volume");
            }
        }

        /** All of them in one line, for logs and the reason a pod waits. */
        public String message() {
            return String.join("; ", failures.stream().map(VolumeFailure::message).toList());
        }
    }
}
