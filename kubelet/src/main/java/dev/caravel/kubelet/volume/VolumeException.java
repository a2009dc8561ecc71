package dev.caravel.kubelet.volume;

/**
 * A volume could not be made ready or taken away. The message is what a person reads after {@code
 * MountVolume.SetUp failed for volume "x" :}, so it names the object and what was wrong with it.
 */
public final class VolumeException extends Exception {
    private static final String SET_UP = "MountVolume.SetUp";

    private final String operation;

    public VolumeException(String message) {
        super(message);
        this.operation = SET_UP;
    }

    public VolumeException(String message, Throwable cause) {
        super(message, cause);
        this.operation = SET_UP;
    }

    private VolumeException(String operation, String message, Throwable cause) {
        super(message, cause);
        this.operation = operation;
    }

    /**
     * The same failure of another operation in upstream's words, e.g. {@code
     * MountVolume.WaitForAttach} or {@code MapVolume.SetUpDevice}.
     */
    public static VolumeException during(String operation, Exception cause) {
        return new VolumeException(operation, String.valueOf(cause.getMessage()), cause);
    }

    /** What failed, as events name it. */
    public String operation() {
        return operation;
    }
}
