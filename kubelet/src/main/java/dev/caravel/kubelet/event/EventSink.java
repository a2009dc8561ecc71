package dev.caravel.kubelet.event;

import dev.caravel.kubelet.pod.PodRef;
import java.util.Map;
import java.util.Optional;

/**
 * Takes events on their way to the API server. Never blocks and never throws: an event that cannot
 * be recorded is dropped and counted by the implementation.
 */
public interface EventSink {

    /** Records an event about {@code pod}, or about one container of it ({@code fieldPath}). */
    void event(
            PodRef pod, Optional<String> fieldPath, EventType type, String reason, String message);

    /**
     * Records an event about {@code pod} that carries annotations of its own, for tools. A sink
     * that keeps only what people read leaves them out.
     */
    default void event(
            PodRef pod,
            Optional<String> fieldPath,
            EventType type,
            String reason,
            String message,
            Map<String, String> annotations) {
        event(pod, fieldPath, type, reason, message);
    }

    /** Records an event about the node this kubelet runs on. */
    void nodeEvent(EventType type, String reason, String message);

    /** Records a returned event. */
    default void event(PodRef pod, PodEvent event) {
        event(pod, event.fieldPath(), event.type(), event.reason(), event.message());
    }
}
