package dev.caravel.cri.grpc;

import com.google.protobuf.ByteString;
import dev.caravel.cri.Container;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ContainerUser;
import dev.caravel.cri.Device;
import dev.caravel.cri.EnvVar;
import dev.caravel.cri.Mount;
import dev.caravel.cri.MountPropagation;
import dev.caravel.proto.cri.CDIDevice;
import dev.caravel.proto.cri.ContainerStateValue;
import dev.caravel.proto.cri.KeyValue;
import dev.caravel.proto.cri.LinuxContainerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers on the wire. */
final class ContainerWire {
    private ContainerWire() {}

    static dev.caravel.proto.cri.ContainerConfig toWire(ContainerConfig config) {
        var wire =
                dev.caravel.proto.cri.ContainerConfig.newBuilder()
                        .setMetadata(
                                dev.caravel.proto.cri.ContainerMetadata.newBuilder()
                                        .setName(config.metadata().name())
                                        .setAttempt(config.metadata().attempt()))
                        .setImage(ImageWire.toWire(config.image()))
                        .addAllCommand(config.command())
                        .addAllArgs(config.args())
                        .setWorkingDir(config.workingDir())
                        .putAllLabels(config.labels())
                        .putAllAnnotations(config.annotations())
                        .setLogPath(config.logPath())
                        .setStdin(config.stdin())
                        .setStdinOnce(config.stdinOnce())
                        .setTty(config.tty());
        config.envs().forEach(env -> wire.addEnvs(toWire(env)));
        config.mounts().forEach(mount -> wire.addMounts(toWire(mount)));
        config.devices().forEach(device -> wire.addDevices(toWire(device)));
        config.cdiDevices()
                .forEach(name -> wire.addCDIDevices(CDIDevice.newBuilder().setName(name)));
        config.stopSignal().ifPresent(signal -> wire.setStopSignal(SignalWire.toWire(signal)));
        if (config.resources().isPresent() || config.securityContext().isPresent()) {
            var linux = LinuxContainerConfig.newBuilder();
            config.resources().ifPresent(r -> linux.setResources(ResourcesWire.toWire(r)));
            config.securityContext()
                    .ifPresent(s -> linux.setSecurityContext(SecurityWire.toWire(s)));
            wire.setLinux(linux);
        }
        return wire.build();
    }

    private static KeyValue toWire(EnvVar env) {
        return KeyValue.newBuilder()
                .setKey(env.name())
                .setValue(ByteString.copyFrom(env.value().asBuffer()))
                .build();
    }

    private static dev.caravel.proto.cri.Device toWire(Device device) {
        return dev.caravel.proto.cri.Device.newBuilder()
                .setContainerPath(device.containerPath())
                .setHostPath(device.hostPath())
                .setPermissions(device.permissions())
                .build();
    }

    private static dev.caravel.proto.cri.Mount toWire(Mount mount) {
        var propagation =
                switch (mount.propagation()) {
                    case PRIVATE -> dev.caravel.proto.cri.MountPropagation.PROPAGATION_PRIVATE;
                    case HOST_TO_CONTAINER ->
                            dev.caravel.proto.cri.MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                    case BIDIRECTIONAL ->
                            dev.caravel.proto.cri.MountPropagation.PROPAGATION_BIDIRECTIONAL;
                };
        var wire =
                dev.caravel.proto.cri.Mount.newBuilder()
                        .setContainerPath(mount.containerPath())
                        .setHostPath(mount.hostPath())
                        .setReadonly(mount.readonly())
                        .setSelinuxRelabel(mount.selinuxRelabel())
                        .setPropagation(propagation)
                        .addAllUidMappings(SecurityWire.toWire(mount.uidMappings()))
                        .addAllGidMappings(SecurityWire.toWire(mount.gidMappings()))
                        .setRecursiveReadOnly(mount.recursiveReadOnly())
                        .setImageSubPath(mount.imageSubPath())
                        .addAllMountOptions(mount.mountOptions());
        mount.image().ifPresent(image -> wire.setImage(ImageWire.toWire(image)));
        return wire.build();
    }

    static dev.caravel.proto.cri.ContainerFilter toWire(ContainerFilter filter) {
        var wire =
                dev.caravel.proto.cri.ContainerFilter.newBuilder()
                        .putAllLabelSelector(filter.labelSelector());
        filter.id().ifPresent(wire::setId);
        filter.sandboxId().ifPresent(wire::setPodSandboxId);
        filter.state()
                .ifPresent(state ->
                        wire.setState(ContainerStateValue.newBuilder().setState(toWire(state))));
        return wire.build();
    }

    private static dev.caravel.proto.cri.ContainerState toWire(ContainerState state) {
        return switch (state) {
            case CREATED -> dev.caravel.proto.cri.ContainerState.CONTAINER_CREATED;
            case RUNNING -> dev.caravel.proto.cri.ContainerState.CONTAINER_RUNNING;
            case EXITED -> dev.caravel.proto.cri.ContainerState.CONTAINER_EXITED;
            case UNKNOWN -> dev.caravel.proto.cri.ContainerState.CONTAINER_UNKNOWN;
        };
    }

    static Container read(dev.caravel.proto.cri.Container container) {
        return new Container(
                Answer.id("container id", container.getId()),
                Answer.id("pod_sandbox_id", container.getPodSandboxId()),
                metadata(container.hasMetadata(), container.getMetadata()),
                ImageWire.read(container.getImage()),
                container.getImageRef(),
                container.getImageId(),
                read(container.getState()),
                Answer.time("created_at", container.getCreatedAt()),
                container.getLabelsMap(),
                container.getAnnotationsMap());
    }

    static ContainerStatus read(
            dev.caravel.proto.cri.ContainerStatus status, Map<String, String> info) {
        return new ContainerStatus(
                Answer.id("container id", status.getId()),
                metadata(status.hasMetadata(), status.getMetadata()),
                read(status.getState()),
                Answer.knownTime("created_at", status.getCreatedAt()),
                Answer.timeIfSet("started_at", status.getStartedAt()),
                Answer.timeIfSet("finished_at", status.getFinishedAt()),
                status.getExitCode(),
                image(status),
                Answer.present("image_ref", status.getImageRef()),
                status.getImageId(),
                status.getReason(),
                status.getMessage(),
                status.getLabelsMap(),
                status.getAnnotationsMap(),
                status.getMountsList().stream().map(ContainerWire::read).toList(),
                status.getLogPath(),
                status.hasResources() && status.getResources().hasLinux()
                        ? Optional.of(ResourcesWire.read(status.getResources().getLinux()))
                        : Optional.empty(),
                status.hasUser() && status.getUser().hasLinux()
                        ? Optional.of(read(status.getUser().getLinux()))
                        : Optional.empty(),
                SignalWire.read(status.getStopSignal()),
                info);
    }

    private static dev.caravel.cri.ImageSpec image(dev.caravel.proto.cri.ContainerStatus status) {
        Answer.present("image", status.getImage().getImage());
        return ImageWire.read(status.getImage());
    }

    static ContainerMetadata metadata(
            boolean present, dev.caravel.proto.cri.ContainerMetadata metadata) {
        if (!present) {
            throw new Answer.Unusable("metadata is not set");
        }
        return new ContainerMetadata(
                Answer.present("metadata.name", metadata.getName()),
                Answer.count("metadata.attempt", metadata.getAttempt()));
    }

    private static ContainerState read(dev.caravel.proto.cri.ContainerState state) {
        return switch (state) {
            case CONTAINER_CREATED -> ContainerState.CREATED;
            case CONTAINER_RUNNING -> ContainerState.RUNNING;
            case CONTAINER_EXITED -> ContainerState.EXITED;
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> ContainerState.UNKNOWN;
        };
    }

    private static ContainerUser read(dev.caravel.proto.cri.LinuxContainerUser user) {
        return new ContainerUser(
                user.getUid(), user.getGid(), List.copyOf(user.getSupplementalGroupsList()));
    }

    private static Mount read(dev.caravel.proto.cri.Mount mount) {
        return new Mount(
                mount.getContainerPath(),
                mount.getHostPath(),
                mount.getReadonly(),
                mount.getSelinuxRelabel(),
                read(mount.getPropagation()),
                SecurityWire.read(mount.getUidMappingsList()),
                SecurityWire.read(mount.getGidMappingsList()),
                mount.getRecursiveReadOnly(),
                mount.hasImage() ? Optional.of(ImageWire.read(mount.getImage())) : Optional.empty(),
                mount.getImageSubPath(),
                mount.getMountOptionsList());
    }

    private static MountPropagation read(dev.caravel.proto.cri.MountPropagation propagation) {
        return switch (propagation) {
            case PROPAGATION_PRIVATE -> MountPropagation.PRIVATE;
            case PROPAGATION_HOST_TO_CONTAINER -> MountPropagation.HOST_TO_CONTAINER;
            case PROPAGATION_BIDIRECTIONAL -> MountPropagation.BIDIRECTIONAL;
            case UNRECOGNIZED -> throw new Answer.Unusable("the propagation of a mount is unknown");
        };
    }
}
