package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.explain.RecentTroubles.Trouble;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.plan.Termination.Cause;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.worker.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One pod explained: where it is, what is under way and why, what went wrong, how it started. */
final class PodPage {

    private final Explanation known;
    private final List<Trouble> troubles;
    private final Instant now;
    private final String nodeName;

    private PodPage(Explanation known, List<Trouble> troubles, Instant now, String nodeName) {
        this.known = known;
        this.troubles = troubles;
        this.now = now;
        this.nodeName = nodeName;
    }

    /** The lines of the page as of {@code now}. */
    static List<String> of(
            Explanation known, List<Trouble> troubles, Instant now, String nodeName) {
        return new PodPage(known, troubles, now, nodeName).lines();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>(head());
        section(lines, "Now", happening());
        section(lines, "Containers", ContainerRows.of(known, now).lines());
        section(lines, "Last errors", errors());
        section(lines, "Try", Advice.of(known));
        lines.add("");
        if (known.activities().containsKey(ActivityKey.SANDBOX)) {
            lines.addAll(StartChart.of(known.timeline()));
        } else {
            lines.add("Start");
            lines.add("  not seen by this kubelet: the pod ran before it, or has not begun");
        }
        return lines;
    }

    private static void section(List<String> lines, String title, List<String> content) {
        if (!content.isEmpty()) {
            lines.add("");
            lines.add(title);
            lines.addAll(content);
        }
    }

    private List<String> head() {
        DesiredPod pod = known.pod();
        Columns facts = Columns.aligned();
        facts.row("state", PodState.of(known, now));
        termination().ifPresent(t -> facts.row("ends", ending(t)));
        if (known.admission() instanceof PodSnapshot.Admission.Rejected r) {
            facts.row("rejected", r.reason() + ": " + r.message());
        }
        facts.row(
                "from",
                switch (pod.source()) {
                    case API -> "the API server";
                    case FILE -> "a manifest file";
                    case HTTP -> "a manifest URL";
                });
        String created = pod.pod().getMetadata().getCreationTimestamp();
        facts.row(
                "seen",
                "%s ago, at %s%s"
                        .formatted(
                                Spans.between(pod.firstSeen(), now),
                                Spans.clock(pod.firstSeen()),
                                created == null || created.isEmpty()
                                        ? ""
                                        : "; created at " + Spans.clock(Instant.parse(created))));
        facts.row("uid", pod.ref().uid());
        List<String> lines = new ArrayList<>();
        lines.add("Pod " + pod.ref().fullName() + " on node " + nodeName);
        lines.addAll(facts.lines());
        return lines;
    }

    private Optional<Termination> termination() {
        return known.plan().flatMap(Plan::termination);
    }

    private String ending(Termination t) {
        String why =
                switch (t.cause()) {
                    case Cause.Deleted _ -> "it is being deleted";
                    case Cause.Removed _ -> "no source wants it any more";
                    case Cause.Finished _ -> "its containers are done";
                    case Cause.Failed f -> f.reason() + ": " + f.message();
                };
        Duration left = Duration.between(now, t.deadline());
        boolean over = known.plan().filter(Plan::released).isPresent();
        return "since "
                + Spans.between(t.since(), now)
                + ": "
                + why
                + (over
                        ? "; nothing of it is left here"
                        : left.isNegative()
                                ? "; its grace is over"
                                : "; " + Spans.text(left) + " of grace left");
    }

    private List<String> happening() {
        Columns rows = Happening.of(known, now);
        if (!rows.isEmpty()) {
            return rows.lines();
        }
        boolean ends = termination().isPresent();
        return List.of("  nothing: all that is wanted " + (ends ? "is done" : "runs"));
    }

    private List<String> errors() {
        Columns rows = Columns.rightAligned(0);
        for (Trouble t : troubles.reversed()) {
            rows.row(
                    Spans.between(t.last(), now) + " ago",
                    t.count() == 1 ? "" : "×" + t.count(),
                    t.reason(),
                    t.message());
        }
        return rows.lines();
    }
}
