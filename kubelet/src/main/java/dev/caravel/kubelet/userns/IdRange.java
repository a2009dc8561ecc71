package dev.caravel.kubelet.userns;

/**
 * The host's ids that pods may be mapped to, cut into blocks.
 *
 * @param first id of the range
 * @param length how many ids
 * @param block ids a pod gets
 */
public record IdRange(long first, long length, long block) {

    /** Blocks are multiples of this, as every 16-bit id must have a place. */
    public static final long UNIT = 65_536;

    private static final long ALL = 1L << 32;

    /**
     * Checks what upstream checks.
     *
     * @param maxPods how many pods must find a block
     * @throws IllegalArgumentException saying what is wrong
     */
    public IdRange checked(int maxPods) {
        require(block % UNIT == 0, "idsPerPod " + block + " is no multiple of " + UNIT);
        require(first % block == 0, "first id " + first + " is no multiple of " + block);
        require(first >= block, "first id " + first + " is less than " + block);
        require(length % block == 0, "length " + length + " is no multiple of " + block);
        require(
                length / block >= maxPods,
                "only " + length / block + " blocks of ids for maxPods " + maxPods);
        return this;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("ids for user namespaces of pods: " + otherwise);
        }
    }

    /** Everything but the first block, where the host's own users are. */
    public static IdRange wholeHost(long block) {
        return new IdRange(block, ALL - block, block);
    }

    long blocks() {
        return length / block;
    }

    /** Whether a block may begin at this id. */
    boolean isBlock(long id) {
        return id >= first && id + block <= first + length && (id - first) % block == 0;
    }

    long start(long index) {
        return first + index * block;
    }
}
