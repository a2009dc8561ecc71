package dev.caravel.linux.cgroup;

/**
 * Conversion between the CPU shares of cgroup v1 and the weight of v2, as the kubelet does it for
 * the groups it manages itself (contract §4.6, KEP-2254). Runtimes may use another curve for
 * containers.
 */
public final class CpuWeight {
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262144;
    private static final long MAX_WEIGHT = 10000;

    private CpuWeight() {}

    /** Shares from 2 to 262144 become a weight from 1 to 10000. */
    public static long ofShares(long shares) {
        if (shares >= MAX_SHARES) {
            return MAX_WEIGHT;
        }
        long above = Math.max(shares, MIN_SHARES) - MIN_SHARES;
        return 1 + above * (MAX_WEIGHT - 1) / (MAX_SHARES - MIN_SHARES);
    }

    /**
     * The other way. Several shares have one weight, so this returns not always what was set;
     * compare weights, never shares.
     */
    public static long toShares(long weight) {
        return (weight - 1) * (MAX_SHARES - MIN_SHARES) / (MAX_WEIGHT - 1) + MIN_SHARES;
    }
}
