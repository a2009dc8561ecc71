package dev.caravel.kubelet.image;

import dev.caravel.cri.Image;
import java.time.Instant;
import java.util.Optional;

/** Whether a container can start from its image now. */
public sealed interface ImageOutcome {

    /**
     * It can.
     *
     * @param imageId what the container's configuration names
     * @param image what the runtime knows about it, user and size among it; empty if it went away
     *     since
     */
    record Ready(String imageId, Optional<Image> image) implements ImageOutcome {}

    /**
     * It cannot yet.
     *
     * @param reason the container's waiting reason, e.g. {@code ImagePullBackOff}
     * @param message for people
     * @param retryAt when to ask again
     */
    record NotReady(String reason, String message, Instant retryAt) implements ImageOutcome {}
}
