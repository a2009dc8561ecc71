package dev.caravel.kubelet.stats;

import dev.caravel.linux.cgroup.CgroupStats;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * What one control group has used.
 *
 * @param path of the group below the hierarchy's mount point
 * @param at when it was read
 * @param nanos the same on the monotonic clock, for rates
 * @param nanoCores CPU in use of late, in billionths of a core; empty if nobody asked, or the group
 *     is too new
 */
public record Usage(
        String path, Instant at, long nanos, CgroupStats stats, OptionalLong nanoCores) {
    Usage withNanoCores(OptionalLong rate) {
        return new Usage(path, at, nanos, stats, rate);
    }

    /** CPU time so far; 0 where the group has no counter. */
    long cpuNanos() {
        return stats.cpu().map(CgroupStats.Cpu::usageNanos).orElse(0L);
    }
}
