package dev.caravel.kubelet.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;

/** How often everything the runtime has is listed, and how long that takes. */
public final class RelistMetrics {

    private final Histogram durations;
    private final Histogram intervals;
    private final Gauge lastSeen;
    private final Ticks ticks;
    private long before;

    public RelistMetrics(Metrics metrics, Ticks ticks) {
        durations =
                metrics.histogram(
                        "kubelet_pleg_relist_duration_seconds",
                        "[ALPHA] Duration in seconds for relisting pods in PLEG.",
                        Metrics.DEFAULT_BUCKETS);
        intervals =
                metrics.histogram(
                        "kubelet_pleg_relist_interval_seconds",
                        "[ALPHA] Interval in seconds between relisting in PLEG.",
                        Metrics.DEFAULT_BUCKETS);
        lastSeen =
                metrics.gauge(
                        "kubelet_pleg_last_seen_seconds",
                        "[ALPHA] Timestamp in seconds when PLEG was last seen active.");
        this.ticks = ticks;
    }

    /** A relist has ended well; called by one thread at a time. */
    public synchronized void relisted(Duration took) {
        long now = ticks.nanos();
        durations.observe(took.toNanos() / 1e9);
        if (before != 0) {
            intervals.observe((now - before) / 1e9);
        }
        before = now;
        lastSeen.set(ticks.now().toEpochMilli() / 1000.0);
    }
}
