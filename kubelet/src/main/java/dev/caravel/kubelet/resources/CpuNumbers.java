package dev.caravel.kubelet.resources;

/**
 * Millicores in the kernel's units (Documentation/scheduler/sched-bwc.rst, kernel/sched/sched.h).
 */
public final class CpuNumbers {
    /** Weight of a group that asked for no CPU, and the least the kernel takes. */
    public static final long MIN_SHARES = 2;

    private static final long MAX_SHARES = 262_144;
    private static final long SHARES_PER_CPU = 1024;
    private static final long MIN_QUOTA_MICROS = 1000;

    private CpuNumbers() {}

    /** The {@code cpu.shares} of a request. */
    public static long shares(long milliCpu) {
        if (milliCpu <= 0) {
            return MIN_SHARES;
        }
        long capped = Math.min(milliCpu, MAX_SHARES * 1000 / SHARES_PER_CPU);
        return Math.clamp(capped * SHARES_PER_CPU / 1000, MIN_SHARES, MAX_SHARES);
    }

    /** The CPU time in each period that a limit allows; 0, no limit, for a limit of 0. */
    public static long quotaMicros(long milliCpu, long periodMicros) {
        if (milliCpu == 0) {
            return 0;
        }
        long quota =
                milliCpu > Long.MAX_VALUE / periodMicros
                        ? Long.MAX_VALUE / 1000
                        : milliCpu * periodMicros / 1000;
        return Math.max(quota, MIN_QUOTA_MICROS);
    }

    /** The request that has these shares, rounded up as upstream does to undo its rounding down. */
    public static long milliOfShares(long shares) {
        return shares < MIN_SHARES ? 0 : Math.ceilDiv(shares * 1000, SHARES_PER_CPU);
    }

    /** The limit that has this quota; 0 when there is no limit. */
    public static long milliOfQuota(long quotaMicros, long periodMicros) {
        return quotaMicros <= 0 ? 0 : quotaMicros * 1000 / periodMicros;
    }
}
