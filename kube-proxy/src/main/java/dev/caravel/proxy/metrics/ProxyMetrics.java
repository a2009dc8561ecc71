package dev.caravel.proxy.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.linux.ip.IpFamily;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What both families report. Names, help texts and buckets are upstream's; {@code caravel_} ones
 * are this project's own.
 */
public final class ProxyMetrics {
    private static final String FAMILY = "ip_family";
    private static final List<Double> SYNC_BUCKETS = Metrics.exponentialBuckets(0.001, 2, 15);

    private final Histogram sync;
    private final Histogram fullSync;
    private final Histogram partialSync;
    private final Histogram networkProgramming;
    private final Gauge lastSync;
    private final Gauge lastQueued;
    private final Counter serviceChanges;
    private final Counter endpointChanges;
    private final Gauge noLocalEndpoints;
    private final Counter healthz;
    private final Counter livez;
    private final Counter syncFailures;
    private final Counter cleanupFailures;
    private final Histogram conntrackSync;
    private final Counter conntrackDeleted;
    private final Counter repairs;

    /**
     * Declares all of them.
     *
     * @param pendingServices changes of Services that wait, of all families
     * @param pendingEndpoints changes of slices that wait, of all families
     */
    public ProxyMetrics(
            Metrics metrics, IntSupplier pendingServices, IntSupplier pendingEndpoints) {
        sync =
                metrics.histogram(
                        "kubeproxy_sync_proxy_rules_duration_seconds",
                        "SyncProxyRules latency in seconds",
                        SYNC_BUCKETS,
                        FAMILY);
        fullSync =
                metrics.histogram(
                        "kubeproxy_sync_full_proxy_rules_duration_seconds",
                        "SyncProxyRules latency in seconds for full resyncs",
                        SYNC_BUCKETS,
                        FAMILY);
        partialSync =
                metrics.histogram(
                        "kubeproxy_sync_partial_proxy_rules_duration_seconds",
                        "SyncProxyRules latency in seconds for partial resyncs",
                        SYNC_BUCKETS,
                        FAMILY);
        networkProgramming =
                metrics.histogram(
                        "kubeproxy_network_programming_duration_seconds",
                        "In Cluster Network Programming Latency in seconds",
                        programmingBuckets(),
                        FAMILY);
        lastSync =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_last_timestamp_seconds",
                        "The last time proxy rules were successfully synced",
                        FAMILY);
        lastQueued =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds",
                        "The last time a sync of proxy rules was queued",
                        FAMILY);
        metrics.gauge(
                "kubeproxy_sync_proxy_rules_endpoint_changes_pending",
                "Pending proxy rules Endpoint changes",
                pendingEndpoints::getAsInt);
        metrics.gauge(
                "kubeproxy_sync_proxy_rules_service_changes_pending",
                "Pending proxy rules Service changes",
                pendingServices::getAsInt);
        endpointChanges =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_endpoint_changes_total",
                        "Cumulative proxy rules Endpoint changes");
        serviceChanges =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_service_changes_total",
                        "Cumulative proxy rules Service changes");
        noLocalEndpoints =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_no_local_endpoints_total",
                        "Number of services with a Local traffic policy and no endpoints",
                        "traffic_policy",
                        FAMILY);
        healthz =
                metrics.counter(
                        "kubeproxy_proxy_healthz_total",
                        "Cumulative proxy healthz HTTP status",
                        "code");
        livez =
                metrics.counter(
                        "kubeproxy_proxy_livez_total",
                        "Cumulative proxy livez HTTP status",
                        "code");
        syncFailures =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_nftables_sync_failures_total",
                        "Cumulative proxy nftables sync failures",
                        FAMILY);
        cleanupFailures =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total",
                        "Cumulative proxy nftables cleanup failures",
                        FAMILY);
        conntrackSync =
                metrics.histogram(
                        "kubeproxy_conntrack_reconciler_sync_duration_seconds",
                        "ReconcileConntrackFlowsLatency latency in seconds",
                        SYNC_BUCKETS,
                        FAMILY);
        conntrackDeleted =
                metrics.counter(
                        "kubeproxy_conntrack_reconciler_deleted_entries_total",
                        "Cumulative conntrack flows deleted by conntrack reconciler",
                        FAMILY);
        repairs =
                metrics.counter(
                        "caravel_proxy_kernel_drift_total",
                        "Audits that found the kernel's rules changed by others and repaired them",
                        FAMILY);
    }

    /** 0.25, 0.5, then 1 to 59 by 1, 60 to 115 by 5, 120 to 300 by 30 seconds. */
    private static List<Double> programmingBuckets() {
        List<Double> bounds = new ArrayList<>(List.of(0.25, 0.5));
        for (int i = 1; i < 60; i++) {
            bounds.add((double) i);
        }
        for (int i = 60; i < 120; i += 5) {
            bounds.add((double) i);
        }
        for (int i = 120; i <= 300; i += 30) {
            bounds.add((double) i);
        }
        return bounds;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    /** A change has been queued. */
    public void queued(IpFamily family, Instant now) {
        lastQueued.labelValues(family.label()).set(seconds(now));
    }

    /** Changes have been taken up. */
    public void changes(int services, int endpoints) {
        serviceChanges.inc(services);
        endpointChanges.inc(endpoints);
    }

    /** A synchronization has ended, well or not. */
    public void synced(IpFamily family, boolean full, Duration took) {
        sync.labelValues(family.label()).observe(seconds(took));
        (full ? fullSync : partialSync).labelValues(family.label()).observe(seconds(took));
    }

    /** A synchronization has succeeded. */
    public void succeeded(IpFamily family, Instant now) {
        lastSync.labelValues(family.label()).set(seconds(now));
    }

    /** The kernel has refused a synchronization. */
    public void failed(IpFamily family) {
        syncFailures.labelValues(family.label()).inc();
    }

    /** The kernel has refused to delete what nothing uses any more. */
    public void cleanupFailed(IpFamily family) {
        cleanupFailures.labelValues(family.label()).inc();
    }

    /** A change of endpoints has reached the kernel. */
    public void programmed(IpFamily family, Duration since) {
        networkProgramming.labelValues(family.label()).observe(seconds(since));
    }

    /** Service ports whose local policy finds no endpoint on this node. */
    public void noLocalEndpoints(IpFamily family, int internal, int external) {
        noLocalEndpoints.labelValues("internal", family.label()).set(internal);
        noLocalEndpoints.labelValues("external", family.label()).set(external);
    }

    /** {@code /healthz} was answered. */
    public void healthz(int status) {
        healthz.labelValues(Integer.toString(status)).inc();
    }

    /** {@code /livez} was answered. */
    public void livez(int status) {
        livez.labelValues(Integer.toString(status)).inc();
    }

    /** Stale connections were looked for. */
    public void conntrack(IpFamily family, int deleted, Duration took) {
        conntrackSync.labelValues(family.label()).observe(seconds(took));
        conntrackDeleted.labelValues(family.label()).inc(deleted);
    }

    /** An audit had to repair something. */
    public void repaired(IpFamily family) {
        repairs.labelValues(family.label()).inc();
    }
}
