package dev.caravel.kubelet.facts;

import java.time.Duration;

/**
 * CPU quota settings ({@code cpuCFSQuota}, {@code cpuCFSQuotaPeriod}).
 *
 * @param cfsQuota whether CPU limits are enforced
 * @param cfsQuotaPeriod length of one enforcement period, 100 ms by default
 */
public record CpuFacts(boolean cfsQuota, Duration cfsQuotaPeriod) {

    /** The period in the kernel's unit. */
    public long periodMicros() {
        return cfsQuotaPeriod.toNanos() / 1000;
    }
}
