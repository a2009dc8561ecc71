package dev.caravel.kubelet.volume;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A volume that is ready for the containers of its pod. */
public sealed interface PreparedVolume {

    /**
     * A folder or file of the host that is bind-mounted into containers.
     *
     * @param path what is mounted
     * @param readOnly whether every container gets it read-only, whatever its mount says
     * @param relabel whether the runtime may give it the pod's SELinux label
     * @param refreshAt when its content is due for a refresh even if nobody announces a change
     */
    record OnHost(Path path, boolean readOnly, boolean relabel, Optional<Instant> refreshAt)
            implements PreparedVolume {

        /** One whose content is its own business. */
        public static OnHost steady(Path path, boolean readOnly, boolean relabel) {
            return new OnHost(path, readOnly, relabel, Optional.empty());
        }
    }

    /** The content of an image; the runtime mounts it itself. */
    record OfImage() implements PreparedVolume {}

    /**
     * A raw block device.
     *
     * @param link the link below the pod's folder that leads to the device file
     * @param readOnly whether containers may only read it
     */
    record BlockDevice(Path link, boolean readOnly) implements PreparedVolume {}
}
