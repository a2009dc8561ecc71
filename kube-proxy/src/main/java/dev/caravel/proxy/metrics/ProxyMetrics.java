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
    static final String FAMILY = "ip_family";
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
    private final HealthMetrics health;
    private final ModeMetrics mode;
    private final ConntrackMetrics conntrack;
    private final Counter repairs;

    /**
     * Declares those of a mode.
     *
     * @param iptables whether the mode is iptables, which has some of its own
     * @param pendingServices changes of Services that wait, of all families
     * @param pendingEndpoints changes of slices that wait, of all families
     */
    public ProxyMetrics(
            Metrics metrics,
            boolean iptables,
            IntSupplier pendingServices,
            IntSupplier pendingEndpoints) {
        sync =
                syncTime(
                        metrics,
                        "sync_proxy_rules_duration_seconds",
                        "SyncProxyRules latency in seconds");
        fullSync =
                syncTime(
                        metrics,
                        "sync_full_proxy_rules_duration_seconds",
                        "SyncProxyRules latency in seconds for full resyncs");
        partialSync =
                syncTime(
                        metrics,
                        "sync_partial_proxy_rules_duration_seconds",
                        "SyncProxyRules latency in seconds for partial resyncs");
        networkProgramming =
                metrics.histogram(
                        "kubeproxy_network_programming_duration_seconds",
                        "[ALPHA] In Cluster Network Programming Latency in seconds",
                        programmingBuckets(),
                        FAMILY);
        declarePending(metrics, pendingServices, pendingEndpoints);
        lastSync =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_last_timestamp_seconds",
                        "[ALPHA] The last time proxy rules were successfully synced",
                        FAMILY);
        lastQueued =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds",
                        "[ALPHA] The last time a sync of proxy rules was queued",
                        FAMILY);
        endpointChanges =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_endpoint_changes_total",
                        "[ALPHA] Cumulative proxy rules Endpoint changes");
        serviceChanges =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_service_changes_total",
                        "[ALPHA] Cumulative proxy rules Service changes");
        health = new HealthMetrics(metrics);
        noLocalEndpoints =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_no_local_endpoints_total",
                        "[ALPHA] Number of services with a Local traffic policy and no endpoints",
                        "traffic_policy",
                        FAMILY);
        mode = iptables ? new IptablesMetrics(metrics) : new NftablesMetrics(metrics);
        conntrack = new ConntrackMetrics(metrics);
        repairs =
                metrics.counter(
                        "caravel_proxy_kernel_drift_total",
                        "Audits that found the kernel's rules changed by others and repaired them",
                        FAMILY);
    }

    static Histogram syncTime(Metrics metrics, String name, String help) {
        return metrics.histogram("kubeproxy_" + name, "[ALPHA] " + help, SYNC_BUCKETS, FAMILY);
    }

    private static void declarePending(
            Metrics metrics, IntSupplier services, IntSupplier endpoints) {
        metrics.gauge(
                "kubeproxy_sync_proxy_rules_endpoint_changes_pending",
                "[ALPHA] Pending proxy rules Endpoint changes",
                endpoints::getAsInt);
        metrics.gauge(
                "kubeproxy_sync_proxy_rules_service_changes_pending",
                "[ALPHA] Pending proxy rules Service changes",
                services::getAsInt);
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

    static double seconds(Duration duration) {
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

    /** What only the mode has. */
    public ModeMetrics mode() {
        return mode;
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

    /** Of the health server. */
    public HealthMetrics health() {
        return health;
    }

    /** Of the search for stale connections. */
    public ConntrackMetrics conntrack() {
        return conntrack;
    }

    /** An audit had to repair something. */
    public void repaired(IpFamily family) {
        repairs.labelValues(family.label()).inc();
    }
}
