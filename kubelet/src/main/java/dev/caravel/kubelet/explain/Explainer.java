package dev.caravel.kubelet.explain;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.kubelet.worker.PodWorkers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Answers questions about pods of this node. */
public final class Explainer {

    private final Pods pods;
    private final RecentTroubles troubles;
    private final String nodeName;
    private final Ticks ticks;

    /** Where explanations come from. */
    public interface Pods {
        /** Pods the node has to do with. */
        List<Explanation> all();

        /** Pods it had to do with a while ago, the newest first. */
        List<PodWorkers.Gone> gone();
    }

    /**
     * An answer.
     *
     * @param found whether there was something to tell
     */
    public record Answer(boolean found, List<String> lines) {
        public Answer {
            lines = List.copyOf(lines);
        }
    }

    public Explainer(Pods pods, RecentTroubles troubles, String nodeName, Ticks ticks) {
        this.pods = pods;
        this.troubles = troubles;
        this.nodeName = nodeName;
        this.ticks = ticks;
    }

    /** All pods, a line each. */
    public Answer pods() {
        return new Answer(true, PodList.of(pods.all(), ticks.now()));
    }

    /** Everything about the pod {@code fullName}: {@code namespace/name}, or a name alone. */
    public Answer pod(String fullName) {
        Instant now = ticks.now();
        List<Explanation> found =
                pods.all().stream()
                        .filter(e -> isCalled(e, fullName))
                        .sorted(
                                Comparator.comparing((Explanation e) -> e.pod().firstSeen())
                                        .reversed())
                        .toList();
        List<String> lines = new ArrayList<>();
        for (Explanation e : found) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.addAll(PodPage.of(e, troubles.of(e.pod().ref().uid()), now, nodeName));
        }
        return found.isEmpty() ? gone(fullName, now) : new Answer(true, lines);
    }

    private static boolean isCalled(Explanation e, String name) {
        return name.contains("/")
                ? e.pod().ref().fullName().equals(name)
                : e.pod().ref().name().equals(name);
    }

    private Answer gone(String name, Instant now) {
        for (PodWorkers.Gone gone : pods.gone()) {
            if (isCalled(gone.last(), name)) {
                Explanation last = gone.last();
                List<String> lines = new ArrayList<>();
                lines.add(
                        "Pod %s is gone from this node since %s (%s ago). The last that was known:"
                                .formatted(
                                        last.pod().ref().fullName(),
                                        Spans.clock(gone.at()),
                                        Spans.between(gone.at(), now)));
                lines.add("");
                lines.addAll(
                        PodPage.of(last, troubles.of(last.pod().ref().uid()), gone.at(), nodeName));
                return new Answer(true, lines);
            }
        }
        return new Answer(false, unknown(name));
    }

    private List<String> unknown(String name) {
        List<String> lines = new ArrayList<>();
        lines.add("No pod " + name + " on node " + nodeName + ", now or lately.");
        String last = name.substring(name.indexOf('/') + 1);
        List<String> alike =
                pods.all().stream()
                        .map(e -> e.pod().ref().fullName())
                        .filter(n -> n.contains(last) || n.startsWith(name + "/"))
                        .sorted()
                        .toList();
        if (!alike.isEmpty()) {
            lines.add("There is: " + String.join(", ", alike));
        }
        return lines;
    }
}
