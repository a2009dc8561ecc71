package dev.caravel.proxy.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.linux.ip.IpFamily;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;

/** What the search for stale connections has done. */
public final class ConntrackMetrics {
    private final Histogram sync;
    private final Counter deleted;

    ConntrackMetrics(Metrics metrics) {
        sync =
                ProxyMetrics.syncTime(
                        metrics,
                        "conntrack_reconciler_sync_duration_seconds",
                        "ReconcileConntrackFlowsLatency latency in seconds");
        deleted =
                metrics.counter(
                        "kubeproxy_conntrack_reconciler_deleted_entries_total",
                        "[ALPHA] Cumulative conntrack flows deleted by conntrack reconciler",
                        ProxyMetrics.FAMILY);
    }

    /** The search has ended. */
    public void searched(IpFamily family, int connections, Duration took) {
        sync.labelValues(family.label()).observe(ProxyMetrics.seconds(took));
        deleted.labelValues(family.label()).inc(connections);
    }
}
