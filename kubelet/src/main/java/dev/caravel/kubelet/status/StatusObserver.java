package dev.caravel.kubelet.status;

import dev.caravel.kubelet.pod.ContainerKind;
import java.time.Duration;

/** Hears what the status publisher achieved; the metrics are behind it. Must not block. */
public interface StatusObserver {
    /** A status reached the API server this long after it was first published. */
    void statusSynced(Duration sincePublished);

    /** A container is seen ended that was not ended in the status before. */
    void containerTerminated(ContainerKind kind, int exitCode, String reason);
}
