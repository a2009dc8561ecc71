package dev.caravel.csi;

import java.util.List;

/**
 * How a volume is to be used.
 *
 * @param mode by whom
 * @param access as file system or as device
 */
public record VolumeCapability(AccessMode mode, Access access) {

    /** As what a volume is used. */
    public sealed interface Access {}

    /**
     * With a file system.
     *
     * @param fsType empty for the driver's choice
     * @param mountFlags options as in mount(8)
     * @param mountGroup group that shall own the files, empty for none
     */
    public record Mount(String fsType, List<String> mountFlags, String mountGroup)
            implements Access {
        public Mount {
            mountFlags = List.copyOf(mountFlags);
        }
    }

    /** As raw device. */
    public record Block() implements Access {}
}
