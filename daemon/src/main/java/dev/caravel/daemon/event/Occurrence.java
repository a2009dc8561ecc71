package dev.caravel.daemon.event;

import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Instant;
import java.util.Map;

/**
 * Something happened.
 *
 * @param action what was being done, for events.k8s.io; empty elsewhere
 */
record Occurrence(
        ObjectReference about,
        String type,
        String reason,
        String action,
        String message,
        Map<String, String> annotations,
        Instant time) {
    /** Longer messages are cut, for they may hold what a container printed. */
    private static final int MAX_MESSAGE = 16 << 10;

    Occurrence {
        annotations = Map.copyOf(annotations);
        message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    }

    /** Where the event lives: beside its object, or in {@code default} for cluster-wide ones. */
    String namespace() {
        String namespace = about.getNamespace();
        return namespace == null || namespace.isEmpty() ? "default" : namespace;
    }

    /** What tells one object's events from another's. */
    String object() {
        return String.join(
                "\0",
                String.valueOf(about.getKind()),
                String.valueOf(about.getNamespace()),
                String.valueOf(about.getName()),
                String.valueOf(about.getUid()),
                String.valueOf(about.getApiVersion()));
    }
}
