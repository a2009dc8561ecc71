package dev.caravel.kubelet.metrics;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.Optional;

/** Counts calls to the runtime and how long they take. */
public final class RuntimeCallMetrics implements CallObserver {

    private final Counter calls;
    private final Counter errors;
    private final Histogram durations;

    public RuntimeCallMetrics(Metrics metrics) {
        calls =
                metrics.counter(
                        "kubelet_runtime_operations_total",
                        "[ALPHA] Cumulative number of runtime operations by operation type.",
                        "operation_type");
        errors =
                metrics.counter(
                        "kubelet_runtime_operations_errors_total",
                        "[ALPHA] Cumulative number of runtime operation errors by operation type.",
                        "operation_type");
        durations =
                metrics.histogram(
                        "kubelet_runtime_operations_duration_seconds",
                        "[ALPHA] Duration in seconds of runtime operations. Broken down by"
                                + " operation type.",
                        Metrics.exponentialBuckets(.005, 2.5, 14),
                        "operation_type");
    }

    @Override
    public void onCall(
            String operation, Duration took, Optional<RuntimeCallException.Code> failure) {
        calls.labelValues(operation).inc();
        durations.labelValues(operation).observe(took.toNanos() / 1e9);
        if (failure.isPresent()) {
            errors.labelValues(operation).inc();
        }
    }
}
