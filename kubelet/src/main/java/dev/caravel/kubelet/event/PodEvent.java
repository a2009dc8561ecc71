package dev.caravel.kubelet.event;

import java.util.Optional;

/**
 * An event about a pod, as a decision returns it.
 *
 * @param fieldPath the part of the pod it is about, e.g. {@code spec.containers{web}}; empty for
 *     the whole pod
 * @param type normal or warning
 * @param reason one CamelCase word that tools match on
 * @param message the sentence a person reads
 */
public record PodEvent(Optional<String> fieldPath, EventType type, String reason, String message) {

    /** An event about the whole pod. */
    public static PodEvent ofPod(EventType type, String reason, String message) {
        return new PodEvent(Optional.empty(), type, reason, message);
    }
}
