package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.worker.Explanation;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All pods of the node, a line each. */
final class PodList {

    private static final int LONGEST = 50;

    private PodList() {}

    static List<String> of(List<Explanation> pods, Instant now) {
        if (pods.isEmpty()) {
            return List.of("No pod on this node.");
        }
        Columns rows = Columns.rightAligned(3);
        rows.row("POD", "STATE", "READY", "AGE", "WAITS FOR");
        pods.stream()
                .sorted(Comparator.comparing(e -> e.pod().ref().fullName()))
                .forEach(e ->
                        rows.row(
                                e.pod().ref().fullName(),
                                PodState.phase(e),
                                ready(e),
                                age(e, now),
                                waits(e, now)));
        return rows.lines().stream().map(line -> line.substring(2)).toList();
    }

    private static String ready(Explanation e) {
        List<ContainerStatus> all = e.status().getContainerStatuses();
        long ready = all.stream().filter(s -> Boolean.TRUE.equals(s.getReady())).count();
        return ready + "/" + e.pod().pod().getSpec().getContainers().size();
    }

    private static String age(Explanation e, Instant now) {
        String created = e.pod().pod().getMetadata().getCreationTimestamp();
        return Spans.between(
                created == null || created.isEmpty() ? e.pod().firstSeen() : Instant.parse(created),
                now);
    }

    private static String waits(Explanation e, Instant now) {
        Stream<String> running =
                e.activities().values().stream()
                        .filter(Activity.Running.class::isInstance)
                        .map(a ->
                                a.action().key().words() + " for " + Spans.between(a.since(), now));
        Stream<String> retries =
                e.plan().map(Plan::waiting).orElse(List.of()).stream()
                        .flatMap(w ->
                                switch (w) {
                                    case Plan.Wait.Underway _ -> Stream.empty();
                                    case Plan.Wait.Retry(Activity.Failed f) ->
                                            Stream.of(
                                                    f.failure().reason()
                                                            + ", next try in "
                                                            + Spans.between(now, f.retryAt()));
                                    case Plan.Wait.HeldBack(String c, Plan.Hold hold) ->
                                            Stream.of(
                                                    "crash back-off of "
                                                            + c
                                                            + ", next try in "
                                                            + Spans.between(now, hold.until()));
                                    case Plan.Wait.Other(String what) -> Stream.of(what);
                                });
        String all = Stream.concat(running, retries).collect(Collectors.joining("; "));
        return all.length() > LONGEST ? all.substring(0, LONGEST - 1) + "…" : all;
    }
}
