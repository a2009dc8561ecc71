package dev.caravel.proxy.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.linux.ip.IpFamily;
import io.prometheus.metrics.core.metrics.Counter;

/** Metrics of mode nftables. */
final class NftablesMetrics implements ModeMetrics {
    private final Counter syncFailures;
    private final Counter cleanupFailures;

    NftablesMetrics(Metrics metrics) {
        syncFailures =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_nftables_sync_failures_total",
                        "[ALPHA] Cumulative proxy nftables sync failures",
                        ProxyMetrics.FAMILY);
        cleanupFailures =
                metrics.counter(
                        "kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total",
                        "[ALPHA] Cumulative proxy nftables cleanup failures",
                        ProxyMetrics.FAMILY);
    }

    @Override
    public void failed(IpFamily family, boolean full) {
        syncFailures.labelValues(family.label()).inc();
    }

    @Override
    public void cleanupFailed(IpFamily family) {
        cleanupFailures.labelValues(family.label()).inc();
    }

    /** Upstream counts no rules in this mode. */
    @Override
    public void rules(IpFamily family, String table, int total, int written) {}
}
