package dev.caravel.kubelet.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.status.StatusObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.List;

/** Counts containers that ended and how long statuses take to the API server. */
public final class StatusMetrics implements StatusObserver {

    private static final List<Double> SYNC =
            List.of(.01, .05, .1, .5, 1.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0);

    private final Histogram syncs;
    private final Counter ended;

    public StatusMetrics(Metrics metrics) {
        syncs =
                metrics.histogram(
                        "kubelet_pod_status_sync_duration_seconds",
                        "[ALPHA] Duration in seconds to sync a pod status update. Measures time"
                                + " from detection of a change to pod status until the API is"
                                + " successfully updated for that pod, even if multiple intevening"
                                + " changes to pod status occur.",
                        SYNC);
        ended =
                metrics.counter(
                        "kubelet_terminated_containers_total",
                        "[ALPHA] Cumulative number of containers terminated",
                        "container_type",
                        "exit_code",
                        "reason");
    }

    @Override
    public void statusSynced(Duration sincePublished) {
        syncs.observe(sincePublished.toNanos() / 1e9);
    }

    @Override
    public void containerTerminated(ContainerKind kind, int exitCode, String reason) {
        ended.labelValues(ContainerTypes.of(kind), Integer.toString(exitCode), reason).inc();
    }
}
