package dev.caravel.kubelet.volume;

import dev.caravel.cri.MountPropagation;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the fields of a volume mount mean (kubelet.md §7.3). Pure. */
final class MountRules {
    private MountRules() {}

    static MountPropagation propagation(VolumeMount mount) throws VolumeException {
        return switch (mount.getMountPropagation()) {
            case null -> MountPropagation.PRIVATE;
            case "None" -> MountPropagation.PRIVATE;
            case "HostToContainer" -> MountPropagation.HOST_TO_CONTAINER;
            case "Bidirectional" -> MountPropagation.BIDIRECTIONAL;
            default ->
                    throw new VolumeException(
                            "invalid MountPropagation mode: \""
                                    + mount.getMountPropagation()
                                    + "\"");
        };
    }

    /**
     * Whether mounts below a read-only mount are read-only too (KEP-3857).
     *
     * @param supported whether the pod's runtime handler can do it
     */
    static boolean recursiveReadOnly(VolumeMount mount, boolean supported) throws VolumeException {
        String mode = Objects.requireNonNullElse(mount.getRecursiveReadOnly(), "Disabled");
        if (mode.equals("Disabled")) {
            return false;
        }
        String volume =
                "volume \"" + mount.getName() + "\" requested recursive read-only mode, but ";
        if (!Boolean.TRUE.equals(mount.getReadOnly())) {
            throw recursive(volume + "it is not read-only");
        }
        if (propagation(mount) != MountPropagation.PRIVATE) {
            throw recursive(
                    volume
                            + "it is not compatible with propagation \""
                            + mount.getMountPropagation()
                            + "\"");
        }
        return switch (mode) {
            case "IfPossible" -> supported;
            case "Enabled" -> {
                if (!supported) {
                    throw recursive(volume + "it is not supported by the runtime");
                }
                yield true;
            }
            default -> throw recursive("unknown recursive read-only mode \"" + mode + "\"");
        };
    }

    private static VolumeException recursive(String why) {
        return new VolumeException("failed to resolve recursive read-only mode: " + why);
    }

    /** Refuses a sub path that could lead out of its volume. */
    static String checkedSubPath(@Nullable String subPath) throws VolumeException {
        if (subPath == null || subPath.isEmpty()) {
            return "";
        }
        if (subPath.startsWith("/")) {
            throw new VolumeException(
                    "error SubPath `" + subPath + "` must not be an absolute path");
        }
        if (CleanPath.hasBackStep(subPath)) {
            throw new VolumeException(
                    "unable to provision SubPath `" + subPath + "`: must not contain '..'");
        }
        String clean = CleanPath.of(subPath);
        return clean.equals(".") ? "" : clean;
    }

    static String containerPath(VolumeMount mount) {
        String path = mount.getMountPath();
        return path.startsWith("/") ? path : "/" + path;
    }
}
