package dev.caravel.kubelet.volume;

/**
 * One kind of volume. All methods block, may be repeated at any time, and may be interrupted;
 * different pods call them at the same time, one pod never calls them for the same volume twice at
 * once.
 */
public interface VolumePlugin {

    /** The kind, e.g. {@code kubernetes.io/empty-dir}; also its folder below a pod. */
    String name();

    /** Whether a volume is of this kind. */
    boolean supports(PodVolume volume);

    /**
     * Makes a volume ready, or brings one that is ready up to date. Leaves alone what is right
     * already.
     */
    PreparedVolume prepare(VolumeRequest request) throws VolumeException, InterruptedException;

    /**
     * Whether what containers see in it follows other objects, so that {@link #prepare} is called
     * again while the pod runs.
     */
    default boolean follows(PodVolume volume) {
        return false;
    }

    /**
     * Takes a volume away and removes its folder, as far as it is there. Needs no more than what is
     * on disk, so that it works after a restart.
     *
     * @param specName name of its folder
     */
    void tearDown(String podUid, String specName) throws VolumeException, InterruptedException;

    /**
     * Takes a raw block volume away, as far as it is there; needs no more than what is on disk.
     *
     * @param specName name of its link
     */
    default void unmap(String podUid, String specName)
            throws VolumeException, InterruptedException {
        throw new VolumeException(name() + " has no raw block volumes");
    }
}
