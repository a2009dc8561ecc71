package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.worker.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The start of a pod as a chart: each step with its begin, its length and a bar to scale. */
final class StartChart {

    private static final int WIDTH = 40;

    private StartChart() {}

    static List<String> of(Timeline timeline) {
        List<Timeline.Step> steps =
                timeline.steps().stream()
                        .sorted(Comparator.comparing(Timeline.Step::after))
                        .toList();
        Duration whole =
                steps.stream()
                        .map(s -> s.after().plus(s.took()))
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO);
        Columns rows = Columns.rightAligned(1, 2);
        rows.row("STEP", "AT", "TOOK", "");
        for (Timeline.Step s : steps) {
            rows.row(s.name(), at(s.after()), Spans.millis(s.took()), bar(s, whole) + tries(s));
            addParts(s, rows);
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                timeline.whole()
                        .map(w -> "Start, " + Spans.millis(w) + " from first sight to ready")
                        .orElse("Start, not ready yet"));
        lines.addAll(rows.lines());
        return lines;
    }

    private static void addParts(Timeline.Step s, Columns rows) {
        Duration at = s.after();
        for (Timeline.Part p : s.parts()) {
            if (p.took().toMillis() > 0 && s.parts().size() > 1) {
                rows.row("· " + p.name(), at(at), Spans.millis(p.took()), "");
            }
            at = at.plus(p.took());
        }
    }

    private static String at(Duration after) {
        return (after.isNegative() ? "" : "+") + Spans.millis(after);
    }

    private static String tries(Timeline.Step s) {
        if (s.failures() == 0) {
            return "";
        }
        String times = s.failures() == 1 ? "1 try" : s.failures() + " tries";
        return s.succeeded() ? "  after " + times + " failed" : "  " + times + " failed";
    }

    private static String bar(Timeline.Step s, Duration whole) {
        double scale = whole.isZero() ? 0 : (double) WIDTH / whole.toMillis();
        int from = Math.clamp(Math.round(s.after().toMillis() * scale), 0, WIDTH - 1);
        int length = Math.clamp(Math.round(s.took().toMillis() * scale), 1, WIDTH - from);
        String text = " ".repeat(from) + "━".repeat(length);
        return text + " ".repeat(WIDTH - from - length);
    }
}
