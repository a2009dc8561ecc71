package dev.caravel.daemon.event;

import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.Map;

/**
 * Records Kubernetes events. Never blocks and never throws: an event that does not fit the queue is
 * counted and dropped.
 */
public interface EventRecorder extends AutoCloseable {
    /** {@code type} of an event that informs. */
    String NORMAL = "Normal";

    /** {@code type} of an event that warns. */
    String WARNING = "Warning";

    /**
     * Records an event.
     *
     * @param about the object concerned, with {@code fieldPath} for a container
     * @param type {@link #NORMAL} or {@link #WARNING}
     * @param reason CamelCase, from kubelet.md §9.6
     * @param message for people
     * @param annotations of the event itself
     */
    void event(
            ObjectReference about,
            String type,
            String reason,
            String message,
            Map<String, String> annotations);

    /**
     * Records an event that says what was being done, as events.k8s.io wants it.
     *
     * @param action for example {@code StartKubeProxy}
     * @param note for people
     */
    default void action(
            ObjectReference about, String type, String reason, String action, String note) {
        event(about, type, reason, note, Map.of()); // core events do not have it
    }

    /** Records an event without annotations. */
    default void event(ObjectReference about, String type, String reason, String message) {
        event(about, type, reason, message, Map.of());
    }

    /** Sends what is queued for a short while, then stops. */
    @Override
    void close();
}
