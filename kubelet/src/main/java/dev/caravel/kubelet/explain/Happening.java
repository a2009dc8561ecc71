package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.Plan.Wait;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.kubelet.worker.Progress;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is under way for a pod and what it waits for: a row each, with since when and why. */
final class Happening {

    private Happening() {}

    /** Columns: what, state with its span, why. */
    static Columns of(Explanation e, Instant now) {
        Columns rows = Columns.aligned();
        e.activities().values().stream()
                .filter(Activity.Running.class::isInstance)
                .map(Activity.Running.class::cast)
                .sorted(Comparator.comparing(Activity.Running::since))
                .forEach(r -> addRunning(r, e.progress(), now, rows));
        List<Wait> waiting = e.plan().map(Plan::waiting).orElse(List.of());
        waiting.forEach(w -> addWait(w, now, rows));
        if (e.plan().flatMap(Plan::termination).isEmpty()) {
            addProbes(e, now, rows);
        }
        return rows;
    }

    private static void addRunning(
            Activity.Running r, Map<ActivityKey, Progress> progress, Instant now, Columns rows) {
        Progress steps = progress.get(r.action().key());
        String why = "because " + r.action().why();
        String at = "runs";
        Instant since = r.since();
        if (steps != null && steps.current().isPresent()) {
            Progress.Current current = steps.current().get();
            at = current.name();
            since = current.since();
            String detail = current.detail().get();
            why = detail.isEmpty() ? why : why + "; " + detail;
        }
        rows.row(r.action().key().words(), at + " for " + Spans.between(since, now), why);
    }

    private static void addWait(Wait wait, Instant now, Columns rows) {
        switch (wait) {
            case Wait.Underway _ -> {}
            case Wait.Retry(Activity.Failed f) ->
                    rows.row(
                            f.action().key().words(),
                            "next try in " + Spans.between(now, f.retryAt()),
                            "failed %s, last %s ago: %s: %s"
                                    .formatted(
                                            f.failures() == 1 ? "once" : f.failures() + " times",
                                            Spans.between(f.since(), now),
                                            f.failure().reason(),
                                            f.failure().message()));
            case Wait.HeldBack(String container, Plan.Hold hold) ->
                    rows.row(
                            "start of " + container,
                            "next try in " + Spans.between(now, hold.until()),
                            "crash back-off of " + Spans.text(hold.delay()));
            case Wait.Other(String what) -> rows.row("the pod", "waits", "for " + what);
        }
    }

    /** Containers that run and are not through their probes. */
    private static void addProbes(Explanation e, Instant now, Columns rows) {
        var spec = e.pod().pod().getSpec();
        Stream.concat(
                        e.status().getInitContainerStatuses().stream(),
                        e.status().getContainerStatuses().stream())
                .filter(s -> s.getState() != null && s.getState().getRunning() != null)
                .forEach(s ->
                        Stream.concat(
                                        spec.getInitContainers().stream(),
                                        spec.getContainers().stream())
                                .filter(c -> c.getName().equals(s.getName()))
                                .forEach(c -> addProbe(c, s, now, rows)));
    }

    private static void addProbe(Container c, ContainerStatus s, Instant now, Columns rows) {
        String span = spanOf(s, now);
        if (c.getStartupProbe() != null && !Boolean.TRUE.equals(s.getStarted())) {
            rows.row("startup probe of " + c.getName(), "fails for " + span, "since it runs");
        } else if (c.getReadinessProbe() != null && !Boolean.TRUE.equals(s.getReady())) {
            rows.row(
                    "readiness probe of " + c.getName(),
                    "fails",
                    "the container runs for " + span + " and is not ready");
        }
    }

    private static String spanOf(ContainerStatus s, Instant now) {
        String at = s.getState().getRunning().getStartedAt();
        return at == null ? "a while" : Spans.between(Instant.parse(at), now);
    }
}
