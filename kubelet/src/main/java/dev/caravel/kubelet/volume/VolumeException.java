package dev.caravel.kubelet.volume;

/**
 * A volume could not be made ready or taken away. The message is what a person reads after {@code
 * MountVolume.SetUp failed for volume "x" :}, so it names the object and what was wrong with it.
 */
public final class VolumeException extends Exception {
    public VolumeException(String message) {
        super(message);
    }

    public VolumeException(String message, Throwable cause) {
        super(message, cause);
    }
}
