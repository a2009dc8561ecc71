package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.worker.Explanation;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The containers of a pod, a row each. */
final class ContainerRows {

    private ContainerRows() {}

    static Columns of(Explanation e, Instant now) {
        Map<String, ContainerStatus> byName = new HashMap<>();
        Stream.of(
                        e.status().getInitContainerStatuses(),
                        e.status().getContainerStatuses(),
                        e.status().getEphemeralContainerStatuses())
                .flatMap(list -> list == null ? Stream.empty() : list.stream())
                .forEach(s -> byName.put(s.getName(), s));
        Columns rows = Columns.rightAligned(3);
        rows.row("NAME", "KIND", "STATE", "RESTARTS", "DETAIL");
        for (PodContainer c : PodContainer.all(e.pod().pod())) {
            ContainerStatus s = byName.get(c.name());
            String kind = c.kind().name().toLowerCase(Locale.ROOT);
            if (s == null || s.getState() == null) {
                rows.row(c.name(), kind, "unknown", "", "");
            } else {
                String restarts = s.getRestartCount() == null ? "0" : s.getRestartCount() + "";
                rows.row(c.name(), kind, word(s.getState()), restarts, detail(s, now));
            }
        }
        return rows;
    }

    private static String word(ContainerState state) {
        if (state.getRunning() != null) {
            return "running";
        }
        return state.getTerminated() != null ? "ended" : "waiting";
    }

    private static String detail(ContainerStatus s, Instant now) {
        ContainerState state = s.getState();
        if (state.getRunning() != null) {
            String since = state.getRunning().getStartedAt();
            String ready = Boolean.TRUE.equals(s.getReady()) ? "ready" : "not ready";
            return ready
                    + (since == null
                            ? ""
                            : ", runs for " + Spans.between(Instant.parse(since), now))
                    + before(s);
        }
        if (state.getTerminated() != null) {
            return ended(state.getTerminated());
        }
        if (state.getWaiting() == null) {
            return "";
        }
        // Why it waits stands above, with the time of the next try.
        return text(state.getWaiting().getReason()) + before(s);
    }

    private static String before(ContainerStatus s) {
        ContainerState last = s.getLastState();
        return last == null || last.getTerminated() == null
                ? ""
                : "; before: " + ended(last.getTerminated());
    }

    private static String ended(ContainerStateTerminated t) {
        String message = text(t.getMessage()).strip();
        String ran =
                t.getStartedAt() == null || t.getFinishedAt() == null
                        ? ""
                        : " after "
                                + Spans.between(
                                        Instant.parse(t.getStartedAt()),
                                        Instant.parse(t.getFinishedAt()));
        return text(t.getReason())
                + ", exit code "
                + t.getExitCode()
                + ran
                + (message.isEmpty() ? "" : ": " + message);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
