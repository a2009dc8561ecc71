package dev.caravel.kubelet.event;

import dev.caravel.kubelet.pod.PodRef;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps events as lines of {@code type reason message}, in order. */
public final class RecordedEvents implements EventSink {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void event(
            PodRef pod, Optional<String> fieldPath, EventType type, String reason, String message) {
        lines.add(type.text() + " " + reason + " " + message);
    }

    @Override
    public void nodeEvent(EventType type, String reason, String message) {
        lines.add("node " + type.text() + " " + reason + " " + message);
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** What was recorded since the last call. */
    public List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }
}
