package dev.caravel.kubelet.volume;

import dev.caravel.cri.Device;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Mount;
import dev.caravel.kubelet.env.Environment;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.spec.ContainerConfigException;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.mount.SubPaths;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.SystemCallException;
import io.fabric8.kubernetes.api.model.VolumeDevice;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the prepared volumes of a pod to one of its containers. */
public final class ContainerMounts {
    private static final Logger log = LoggerFactory.getLogger(ContainerMounts.class);

    private final PodVolumes volumes;
    private final VolumePaths paths;
    private final SubPaths subPaths;
    private final SafeFiles safeFiles;
    private final FileCalls files;

    public ContainerMounts(
            PodVolumes volumes, VolumePaths paths, SubPaths subPaths, FileCalls files) {
        this.volumes = volumes;
        this.paths = paths;
        this.subPaths = subPaths;
        this.safeFiles = new SafeFiles(files);
        this.files = files;
    }

    /**
     * What mounting depends on beyond the pod.
     *
     * @param recursiveReadOnly whether the pod's runtime handler can make mounts read-only with all
     *     below them
     * @param images the pulled images of image volumes, by volume
     */
    public record Settings(boolean recursiveReadOnly, Map<String, ImageSpec> images) {
        public Settings {
            images = Map.copyOf(images);
        }
    }

    /**
     * The mounts of a container in the order of its spec. Parts of volumes ({@code subPath}) are
     * bound to places of their own on the way; that is undone with the pod's volumes.
     *
     * @param environment the container's variables, for {@code subPathExpr}
     * @throws VolumeException when a volume is not ready or a mount asks for what cannot be; the
     *     message says no more about the host than the pod's author may know
     */
    public List<Mount> mounts(
            DesiredPod pod, PodContainer container, Environment environment, Settings settings)
            throws VolumeException {
        List<Mount> mounts = new ArrayList<>();
        List<VolumeMount> wanted = container.spec().getVolumeMounts();
        for (int i = 0; i < wanted.size(); i++) {
            mounts.add(mount(pod, container, wanted.get(i), i, environment, settings));
        }
        return mounts;
    }

    /**
     * The raw block devices of a container.
     *
     * @throws VolumeException when a volume is not ready or is none
     */
    public List<Device> devices(DesiredPod pod, PodContainer container) throws VolumeException {
        List<Device> devices = new ArrayList<>();
        for (VolumeDevice wanted : container.spec().getVolumeDevices()) {
            if (!wanted.getDevicePath().startsWith("/")) {
                throw new VolumeException(
                        "error DevicePath `"
                                + wanted.getDevicePath()
                                + "` must be an absolute path");
            }
            Optional<PreparedVolume> volume = volumes.prepared(pod.ref().uid(), wanted.getName());
            if (volume.isEmpty()
                    || !(volume.get()
                            instanceof PreparedVolume.BlockDevice(Path link, boolean ro))) {
                throw new VolumeException(
                        "cannot find volume \""
                                + wanted.getName()
                                + "\" to pass into container \""
                                + container.name()
                                + "\"");
            }
            devices.add(new Device(wanted.getDevicePath(), link.toString(), ro ? "r" : "mrw"));
        }
        return devices;
    }

    private Mount mount(
            DesiredPod pod,
            PodContainer container,
            VolumeMount wanted,
            int index,
            Environment environment,
            Settings settings)
            throws VolumeException {
        PreparedVolume volume =
                volumes.prepared(pod.ref().uid(), wanted.getName())
                        .orElseThrow(() -> notFound(wanted, container));
        String subPath = subPath(wanted, environment);
        boolean readOnly = Boolean.TRUE.equals(wanted.getReadOnly());
        Mount.Builder mount =
                Mount.builder(MountRules.containerPath(wanted))
                        .propagation(MountRules.propagation(wanted))
                        .recursiveReadOnly(
                                MountRules.recursiveReadOnly(wanted, settings.recursiveReadOnly()))
                        .mountOptions(
                                wanted.getBindMountOptions() == null
                                        ? List.of()
                                        : wanted.getBindMountOptions());
        switch (volume) {
            case PreparedVolume.OfImage _ -> {
                ImageSpec image = settings.images().get(wanted.getName());
                if (image == null) {
                    throw notFound(wanted, container);
                }
                mount.image(image).imageSubPath(subPath).readonly(true).selinuxRelabel(true);
            }
            case PreparedVolume.OnHost v -> {
                Path host =
                        subPath.isEmpty()
                                ? v.path()
                                : bound(pod, container, wanted, index, v.path(), subPath);
                mount.hostPath(host.toString())
                        .readonly(readOnly || v.readOnly())
                        .selinuxRelabel(v.relabel());
            }
            case PreparedVolume.BlockDevice _ -> throw notFound(wanted, container);
        }
        return mount.build();
    }

    private static String subPath(VolumeMount wanted, Environment environment)
            throws VolumeException {
        String expression = wanted.getSubPathExpr();
        if (expression == null || expression.isEmpty()) {
            return MountRules.checkedSubPath(wanted.getSubPath());
        }
        try {
            return MountRules.checkedSubPath(environment.expandSubPath(expression));
        } catch (ContainerConfigException e) {
            throw new VolumeException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Binds a part of a volume; the pods that share the volume may be changing it meanwhile. */
    private Path bound(
            DesiredPod pod,
            PodContainer container,
            VolumeMount wanted,
            int index,
            Path volume,
            String subPath)
            throws VolumeException {
        Path target = paths.subPath(pod.ref().uid(), wanted.getName(), container.name(), index);
        String step = "create subPath directory";
        try {
            // The volume of a hostPath may be a link of the node's own.
            Path real = volume.toRealPath();
            if (isMissing(real, subPath)) {
                // Made here, as the runtime would make it without the volume's mode and group.
                subPaths.createFolders(real, subPath, files.status(real).permissions());
            }
            step = "prepare subPath";
            Folders.create(parentOf(target), Folders.PRIVATE);
            subPaths.bind(real, subPath, target);
            return target;
        } catch (IOException e) {
            log.atWarn()
                    .setMessage("Mounting {} of volume {} for container {}: {}")
                    .addArgument(subPath)
                    .addArgument(volume)
                    .addArgument(container.name())
                    .addArgument(e.getMessage())
                    .addKeyValue("pod", pod.ref().fullName())
                    .log();
            throw new VolumeException(
                    "failed to "
                            + step
                            + " for volumeMount \""
                            + wanted.getName()
                            + "\" of container \""
                            + container.name()
                            + "\"",
                    e);
        }
    }

    private boolean isMissing(Path volume, String subPath) throws IOException {
        try (Descriptor _ = safeFiles.openReference(volume, subPath, SafeFiles.Links.INSIDE)) {
            return false;
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOENT)) {
                return true;
            }
            throw e;
        }
    }

    private static Path parentOf(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private static VolumeException notFound(VolumeMount wanted, PodContainer container) {
        return new VolumeException(
                "cannot find volume \""
                        + wanted.getName()
                        + "\" to mount into container \""
                        + container.name()
                        + "\"");
    }
}
