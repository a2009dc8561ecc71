package dev.caravel.proxy.node;

import dev.caravel.config.proxy.KubeProxyConfiguration;
import java.io.IOException;
import java.time.Duration;

/** Sets up connection tracking as configured, before any rule (kube-proxy.md §2.3). */
public final class ConntrackParameters {
    /** More entries than this cost too much memory, however many CPUs there are. */
    private static final int MAX_LIMIT = 1_048_576;

    private static final int ENTRIES_A_BUCKET = 4;
    private static final String PREFIX = "net/netfilter/nf_conntrack_";

    private ConntrackParameters() {}

    /** The number of entries wanted; 0 to leave the kernel's. */
    static int maxEntries(KubeProxyConfiguration.Conntrack config, int cpus) {
        if (config.maxPerCore() <= 0) {
            return 0;
        }
        long scaled = (long) config.maxPerCore() * cpus;
        return scaled > MAX_LIMIT ? MAX_LIMIT : (int) Math.max(scaled, config.min());
    }

    /**
     * Sets them.
     *
     * @throws IOException when one cannot be set; the proxy does not start then
     */
    public static void apply(KubeProxyConfiguration.Conntrack config, KernelParameters kernel)
            throws IOException {
        int max = maxEntries(config, kernel.onlineCpus());
        if (max > 0) {
            kernel.raise(PREFIX + "max", max);
            kernel.raiseConntrackHash(max / ENTRIES_A_BUCKET);
        }
        seconds(kernel, "tcp_timeout_established", config.tcpEstablishedTimeout());
        seconds(kernel, "tcp_timeout_close_wait", config.tcpCloseWaitTimeout());
        if (config.tcpBeLiberal()) {
            kernel.set(PREFIX + "tcp_be_liberal", 1);
        }
        seconds(kernel, "udp_timeout", config.udpTimeout());
        seconds(kernel, "udp_timeout_stream", config.udpStreamTimeout());
    }

    private static void seconds(KernelParameters kernel, String name, Duration time)
            throws IOException {
        if (time.isPositive()) {
            kernel.set(PREFIX + name, (int) time.toSeconds());
        }
    }
}
