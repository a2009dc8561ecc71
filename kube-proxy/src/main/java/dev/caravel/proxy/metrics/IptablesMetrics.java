package dev.caravel.proxy.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.linux.ip.IpFamily;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;

/** Metrics of mode iptables. */
final class IptablesMetrics implements ModeMetrics {
    private final Counter failures;
    private final Counter partialFailures;
    private final Gauge total;
    private final Gauge last;

    IptablesMetrics(Metrics metrics) {
        failures =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_iptables_restore_failures_total",
                        "[ALPHA] Cumulative proxy iptables restore failures",
                        ProxyMetrics.FAMILY);
        partialFailures =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total",
                        "[ALPHA] Cumulative proxy iptables partial restore failures",
                        ProxyMetrics.FAMILY);
        total =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_iptables_total",
                        "[ALPHA] Total number of iptables rules owned by kube-proxy",
                        "table",
                        ProxyMetrics.FAMILY);
        last =
                metrics.gauge(
                        "kubeproxy_sync_proxy_rules_iptables_last",
                        "[ALPHA] Number of iptables rules written by kube-proxy in last sync",
                        "table",
                        ProxyMetrics.FAMILY);
    }

    @Override
    public void failed(IpFamily family, boolean full) {
        failures.labelValues(family.label()).inc();
        if (!full) {
            partialFailures.labelValues(family.label()).inc();
        }
    }

    /** In this mode chains go in the transaction that empties them. */
    @Override
    public void cleanupFailed(IpFamily family) {}

    @Override
    public void rules(IpFamily family, String table, int all, int written) {
        total.labelValues(table, family.label()).set(all);
        last.labelValues(table, family.label()).set(written);
    }
}
