package dev.caravel.proxy.metrics;

import dev.caravel.linux.ip.IpFamily;

/** Metrics that carry the name of a mode. */
public sealed interface ModeMetrics permits IptablesMetrics, NftablesMetrics {
    /** The kernel has refused a synchronization. */
    void failed(IpFamily family, boolean full);

    /** The kernel has refused to delete what nothing uses any more. */
    void cleanupFailed(IpFamily family);

    /**
     * Rules there are now in a table.
     *
     * @param written how many of them the last synchronization wrote
     */
    void rules(IpFamily family, String table, int total, int written);
}
