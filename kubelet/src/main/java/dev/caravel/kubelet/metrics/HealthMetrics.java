package dev.caravel.kubelet.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.metrics.SeriesWriter;
import dev.caravel.daemon.run.HealthCheck;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What {@code /metrics/slis} shows: how the health checks ended last and how often which way. They
 * count when something asks for health, as upstream's.
 */
public final class HealthMetrics {

    private final List<HealthCheck> checks;
    private final Map<String, Boolean> last = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> successes = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();

    /** Counts the runs of {@code checks} and adds two families to {@code metrics}. */
    public HealthMetrics(List<HealthCheck> checks, Metrics metrics) {
        this.checks = checks.stream().map(this::counted).toList();
        metrics.source(this::collect);
    }

    /** The checks, each run counted. */
    public List<HealthCheck> checks() {
        return checks;
    }

    private HealthCheck counted(HealthCheck check) {
        return new HealthCheck(
                check.name(),
                () -> {
                    Optional<String> problem = check.problem().get();
                    last.put(check.name(), problem.isEmpty());
                    (problem.isEmpty() ? successes : failures)
                            .computeIfAbsent(check.name(), _ -> new AtomicLong())
                            .incrementAndGet();
                    return problem;
                });
    }

    private void collect(SeriesWriter out) throws IOException {
        if (last.isEmpty()) {
            return;
        }
        out.family(
                "kubernetes_healthcheck",
                SeriesWriter.Type.GAUGE,
                "[STABLE] This metric records the result of a single healthcheck.");
        for (Map.Entry<String, Boolean> check : new TreeMap<>(last).entrySet()) {
            out.sample(check.getValue() ? 1 : 0, "name", check.getKey(), "type", "healthz");
        }
        out.family(
                "kubernetes_healthchecks_total",
                SeriesWriter.Type.COUNTER,
                "[STABLE] This metric records the results of all healthcheck.");
        counts(out, "success", successes);
        counts(out, "error", failures);
    }

    private static void counts(SeriesWriter out, String status, Map<String, AtomicLong> counts)
            throws IOException {
        for (Map.Entry<String, AtomicLong> check : new TreeMap<>(counts).entrySet()) {
            out.sample(
                    (double) check.getValue().get(),
                    "name",
                    check.getKey(),
                    "status",
                    status,
                    "type",
                    "healthz");
        }
    }
}
