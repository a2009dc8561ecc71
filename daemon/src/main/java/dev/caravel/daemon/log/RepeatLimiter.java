package dev.caravel.daemon.log;

/**
 * Leaves out records that say the same again and again (thousands of equal lines hide the one that
 * matters). A fixed table of what was said lately: a record that finds its place taken is logged
 * and takes it, so a mistake only costs a line too much. Not thread safe.
 */
final class RepeatLimiter {
    /** Decision to leave a record out. */
    static final long LEAVE_OUT = -1;

    private static final int SLOTS = 256;

    /** This many equal records in a window are logged. */
    private static final int ALLOWED = 10;

    private static final long WINDOW_NANOS = 60_000_000_000L;

    private final long[] hashes = new long[SLOTS];
    private final long[] since = new long[SLOTS];
    private final int[] logged = new int[SLOTS];
    private final long[] leftOut = new long[SLOTS];

    /**
     * Decides about one record.
     *
     * @param hash of everything but the time
     * @param nanos monotonic now
     * @return {@link #LEAVE_OUT}, or how many equal records were left out before this one
     */
    long admit(long hash, long nanos) {
        int slot = (int) ((hash ^ (hash >>> 32)) & (SLOTS - 1));
        if (hashes[slot] != hash) {
            hashes[slot] = hash;
            since[slot] = nanos;
            logged[slot] = 1;
            leftOut[slot] = 0;
            return 0;
        }
        if (nanos - since[slot] > WINDOW_NANOS) {
            long before = leftOut[slot];
            since[slot] = nanos;
            logged[slot] = 1;
            leftOut[slot] = 0;
            return before;
        }
        if (logged[slot] < ALLOWED) {
            logged[slot]++;
            return 0;
        }
        leftOut[slot]++;
        return LEAVE_OUT;
    }

    /** FNV-1a, 64 bits, over the characters. */
    static long hash(long seed, CharSequence text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** What {@link #hash} begins with. */
    static final long SEED = 0xcbf29ce484222325L;
}
