package dev.caravel.kubelet.volume;

/**
 * A volume could not be made ready or taken away. The message is what a person reads after {@code
 * MountVolume.SetUp failed for volume "x" :}, so it names the object and what was wrong with it.
 */
public final class VolumeException extends Exception {
    private static final String SET_UP = "MountVolume.SetUp";

    private final String operation;
    private final String reason;

    public VolumeException(String message) {
        super(message);
        this.operation = SET_UP;
        this.reason = reasonOf(SET_UP);
    }

    public VolumeException(String message, Throwable cause) {
        super(message, cause);
        this.operation = SET_UP;
        this.reason = reasonOf(SET_UP);
    }

    private VolumeException(String operation, String reason, String message, Throwable cause) {
        super(message, cause);
        this.operation = operation;
        this.reason = reason;
    }

    /**
     * The same failure of another operation in upstream's words, e.g. {@code
     * MountVolume.WaitForAttach} or {@code MapVolume.SetUpDevice}.
     */
    public static VolumeException during(String operation, Exception cause) {
        return new VolumeException(
                operation, reasonOf(operation), String.valueOf(cause.getMessage()), cause);
    }

    /** No more volumes of its kind fit on this node, so the pod must go elsewhere (KEP-4876). */
    public static VolumeException attachLimit(Exception cause) {
        return new VolumeException(
                "MountVolume.WaitForAttach",
                VolumeFailure.ATTACH_LIMIT,
                String.valueOf(cause.getMessage()),
                cause);
    }

    private static String reasonOf(String operation) {
        return operation.startsWith("MapVolume") ? "FailedMapVolume" : "FailedMount";
    }

    /** The reason of the event about it. */
    public String reason() {
        return reason;
    }

    /** What failed, as events name it. */
    public String operation() {
        return operation;
    }
}
