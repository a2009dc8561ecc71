package dev.caravel.csi.grpc;

import dev.caravel.csi.AccessMode;
import dev.caravel.csi.VolumeCapability;
import dev.caravel.proto.csi.VolumeCapability.AccessMode.Mode;
import dev.caravel.proto.csi.VolumeCapability.BlockVolume;
import dev.caravel.proto.csi.VolumeCapability.MountVolume;

/** Our records as CSI messages. */
final class Wire {
    private Wire() {}

    static dev.caravel.proto.csi.VolumeCapability capability(VolumeCapability capability) {
        var message =
                dev.caravel.proto.csi.VolumeCapability.newBuilder()
                        .setAccessMode(
                                dev.caravel.proto.csi.VolumeCapability.AccessMode.newBuilder()
                                        .setMode(mode(capability.mode())));
        return switch (capability.access()) {
            case VolumeCapability.Block() ->
                    message.setBlock(BlockVolume.getDefaultInstance()).build();
            case VolumeCapability.Mount mount ->
                    message.setMount(
                                    MountVolume.newBuilder()
                                            .setFsType(mount.fsType())
                                            .addAllMountFlags(mount.mountFlags())
                                            .setVolumeMountGroup(mount.mountGroup()))
                            .build();
        };
    }

    private static Mode mode(AccessMode mode) {
        return switch (mode) {
            case SINGLE_NODE_WRITER -> Mode.SINGLE_NODE_WRITER;
            case SINGLE_NODE_READER_ONLY -> Mode.SINGLE_NODE_READER_ONLY;
            case MULTI_NODE_READER_ONLY -> Mode.MULTI_NODE_READER_ONLY;
            case MULTI_NODE_SINGLE_WRITER -> Mode.MULTI_NODE_SINGLE_WRITER;
            case MULTI_NODE_MULTI_WRITER -> Mode.MULTI_NODE_MULTI_WRITER;
            case SINGLE_NODE_SINGLE_WRITER -> Mode.SINGLE_NODE_SINGLE_WRITER;
            case SINGLE_NODE_MULTI_WRITER -> Mode.SINGLE_NODE_MULTI_WRITER;
        };
    }
}
