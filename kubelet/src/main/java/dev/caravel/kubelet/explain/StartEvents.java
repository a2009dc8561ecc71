package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.worker.StartTimelines;
import dev.caravel.kubelet.worker.Timeline;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One Normal event a pod start that says where its time went. Off unless the environment of the
 * kubelet has {@value #VARIABLE}{@code =true}: it is one event a pod that nobody may have asked
 * for. It is no flag, so that the same unit starts any kubelet.
 */
public final class StartEvents implements StartTimelines {

    /** Name of the switch. */
    public static final String VARIABLE = "CARAVEL_POD_START_EVENTS";

    /** Reason of the event. */
    static final String REASON = "StartTimeline";

    /** The API server refuses longer messages. */
    private static final int LONGEST = 1024;

    private final EventSink events;
    private final boolean on;

    private StartEvents(EventSink events, boolean on) {
        this.events = events;
        this.on = on;
    }

    public static StartEvents of(EventSink events, Map<String, String> environment) {
        return new StartEvents(
                events, "true".equalsIgnoreCase(environment.getOrDefault(VARIABLE, "")));
    }

    @Override
    public void ready(DesiredPod pod, Timeline timeline) {
        if (on) {
            events.event(pod.ref(), Optional.empty(), EventType.NORMAL, REASON, message(timeline));
        }
    }

    private static String message(Timeline timeline) {
        String steps =
                timeline.steps().stream()
                        .sorted(Comparator.comparing(Timeline.Step::after))
                        .map(s ->
                                "%s %d ms at +%d ms"
                                        .formatted(
                                                s.name(),
                                                s.took().toMillis(),
                                                s.after().toMillis()))
                        .collect(Collectors.joining(", "));
        String message =
                "Ready after %d ms: %s"
                        .formatted(timeline.whole().map(w -> w.toMillis()).orElse(0L), steps);
        return message.length() > LONGEST ? message.substring(0, LONGEST - 1) + "…" : message;
    }
}
