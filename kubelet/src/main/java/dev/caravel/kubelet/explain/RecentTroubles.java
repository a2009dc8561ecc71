package dev.caravel.kubelet.explain;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.PodRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Passes events on and remembers the last warnings of each pod, so that they can be explained
 * without the API server.
 */
public final class RecentTroubles implements EventSink {

    private static final int PODS = 500;
    private static final int PER_POD = 6;

    private final EventSink next;
    private final Ticks ticks;
    private final Map<String, List<Trouble>> byUid =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, List<Trouble>> eldest) {
                    return size() > PODS;
                }
            };

    /**
     * A warning.
     *
     * @param count how often it came
     * @param last when it last did
     */
    record Trouble(String reason, String message, int count, Instant last) {}

    public RecentTroubles(EventSink next, Ticks ticks) {
        this.next = next;
        this.ticks = ticks;
    }

    @Override
    public void event(
            PodRef pod, Optional<String> fieldPath, EventType type, String reason, String message) {
        note(pod, type, reason, message);
        next.event(pod, fieldPath, type, reason, message);
    }

    @Override
    public void event(
            PodRef pod,
            Optional<String> fieldPath,
            EventType type,
            String reason,
            String message,
            Map<String, String> annotations) {
        note(pod, type, reason, message);
        next.event(pod, fieldPath, type, reason, message, annotations);
    }

    @Override
    public void nodeEvent(EventType type, String reason, String message) {
        next.nodeEvent(type, reason, message);
    }

    private synchronized void note(PodRef pod, EventType type, String reason, String message) {
        if (type != EventType.WARNING) {
            return;
        }
        List<Trouble> now = new ArrayList<>(byUid.getOrDefault(pod.uid(), List.of()));
        int count = 1;
        for (Trouble t : List.copyOf(now)) {
            if (t.reason.equals(reason) && t.message.equals(message)) {
                count += t.count;
                now.remove(t);
            }
        }
        now.add(new Trouble(reason, message, count, ticks.now()));
        if (now.size() > PER_POD) {
            now.removeFirst();
        }
        byUid.put(pod.uid(), List.copyOf(now));
    }

    /** The last warnings about the pod, oldest first. */
    synchronized List<Trouble> of(String uid) {
        return byUid.getOrDefault(uid, List.of());
    }
}
