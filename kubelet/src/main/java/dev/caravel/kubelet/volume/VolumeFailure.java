package dev.caravel.kubelet.volume;

/**
 * A volume that is not ready, or not gone, in the words of an event.
 *
 * @param volume its name in the pod, or of its folder
 * @param reason of the event, {@code FailedMount} or {@code FailedMapVolume}, or {@link
 *     #ATTACH_LIMIT}
 * @param message of the event
 */
public record VolumeFailure(String volume, String reason, String message) {
    /** Reason of a failure after which the pod is to be rejected instead of tried again. */
    public static final String ATTACH_LIMIT = "VolumeAttachmentLimitExceeded";

    /** A volume whose claim could not be followed. */
    static VolumeFailure unresolved(String volume, VolumeException e) {
        return new VolumeFailure(
                volume,
                "FailedMount",
                "Unable to attach or mount volumes: unmounted volumes=["
                        + volume
                        + "], unattached volumes=[], failed to process volumes=["
                        + volume
                        + "]: "
                        + e.getMessage());
    }

    /** A volume that its plugin could not make ready. */
    static VolumeFailure of(PodVolume volume, VolumeException e) {
        return new VolumeFailure(
                volume.name(),
                e.reason(),
                e.operation()
                        + " failed for volume \""
                        + volume.specName()
                        + "\" : "
                        + e.getMessage());
    }

    /** A volume that could not be taken away. */
    static VolumeFailure tearDown(String specName, VolumeException e) {
        return new VolumeFailure(
                specName,
                "FailedUnMount",
                "UnmountVolume.TearDown failed for volume \""
                        + specName
                        + "\" : "
                        + e.getMessage());
    }
}
