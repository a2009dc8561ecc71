package dev.caravel.proxy.metrics;

import dev.caravel.daemon.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;

/** What the health server has answered. */
public final class HealthMetrics {
    private final Counter healthz;
    private final Counter livez;

    HealthMetrics(Metrics metrics) {
        healthz =
                metrics.counter(
                        "kubeproxy_proxy_healthz_total",
                        "[ALPHA] Cumulative proxy healthz HTTP status",
                        "code");
        livez =
                metrics.counter(
                        "kubeproxy_proxy_livez_total",
                        "[ALPHA] Cumulative proxy livez HTTP status",
                        "code");
    }

    /** {@code /healthz} was answered. */
    public void healthz(int status) {
        healthz.labelValues(Integer.toString(status)).inc();
    }

    /** {@code /livez} was answered. */
    public void livez(int status) {
        livez.labelValues(Integer.toString(status)).inc();
    }
}
