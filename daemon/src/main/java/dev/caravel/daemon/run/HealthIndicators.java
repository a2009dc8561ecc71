package dev.caravel.daemon.run;

import dev.caravel.daemon.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.time.Instant;
import java.util.Optional;

/**
 * What {@code /metrics/slis} tells: how each health check went, whenever somebody asked (KEP-3466).
 */
public final class HealthIndicators {
    private final Metrics metrics = new Metrics();
    private final Gauge last =
            metrics.gauge(
                    "kubernetes_healthcheck",
                    "[STABLE] This metric records the result of a single healthcheck.",
                    "name",
                    "type");
    private final Counter total =
            metrics.counter(
                    "kubernetes_healthchecks_total",
                    "[STABLE] This metric records the results of all healthcheck.",
                    "name",
                    "status",
                    "type");

    /** Nothing has been asked yet. */
    public HealthIndicators() {
        Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
        metrics.gauge(
                "process_start_time_seconds",
                "[ALPHA] Start time of the process since unix epoch in seconds.",
                () -> started.toEpochMilli() / 1e3);
    }

    /** What to serve. */
    public Metrics metrics() {
        return metrics;
    }

    /**
     * The same check, counted.
     *
     * @param type what it is part of, for example {@code healthz}
     */
    public HealthCheck counted(String type, HealthCheck check) {
        return new HealthCheck(
                check.name(),
                () -> {
                    Optional<String> problem = check.problem().get();
                    last.labelValues(check.name(), type).set(problem.isPresent() ? 0 : 1);
                    total.labelValues(check.name(), problem.isPresent() ? "error" : "success", type)
                            .inc();
                    return problem;
                });
    }
}
