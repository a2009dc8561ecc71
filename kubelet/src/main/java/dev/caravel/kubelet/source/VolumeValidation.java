package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks of the volumes of a static pod; see {@link PodValidation}. */
final class VolumeValidation {
    private static final List<String> HOST_PATH_TYPES =
            List.of(
                    "",
                    "DirectoryOrCreate",
                    "Directory",
                    "FileOrCreate",
                    "File",
                    "Socket",
                    "CharDevice",
                    "BlockDevice");
    private static final int MOST_MODE = 0777;

    private VolumeValidation() {}

    /**
     * Notes what is wrong with the volumes.
     *
     * @return the names containers may mount
     */
    static Set<String> check(List<Volume> volumes, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < volumes.size(); i++) {
            Volume volume = volumes.get(i);
            String path = "spec.volumes[" + i + "]";
            errors.label(volume.getName(), path + ".name");
            if (volume.getName() != null) {
                errors.check(
                        names.add(volume.getName()),
                        path + ".name",
                        "'" + volume.getName() + "' appears twice");
            }
            source(volume, path, errors);
        }
        return names;
    }

    private static void source(Volume v, String path, FieldErrors errors) {
        List<String> sources = VolumeSources.of(v);
        errors.check(
                sources.size() == 1,
                path,
                "must have one source, has " + String.join(", ", sources));
        if (v.getHostPath() != null) {
            errors.required(v.getHostPath().getPath(), path + ".hostPath.path");
            noBackSteps(v.getHostPath().getPath(), path + ".hostPath.path", errors);
            errors.oneOf(v.getHostPath().getType(), HOST_PATH_TYPES, path + ".hostPath.type");
        }
        if (v.getEmptyDir() != null && v.getEmptyDir().getSizeLimit() != null) {
            errors.amount(v.getEmptyDir().getSizeLimit(), path + ".emptyDir.sizeLimit");
        }
        if (v.getNfs() != null) {
            errors.required(v.getNfs().getServer(), path + ".nfs.server");
            errors.required(v.getNfs().getPath(), path + ".nfs.path");
        }
        if (v.getImage() != null) {
            errors.required(v.getImage().getReference(), path + ".image.reference");
        }
        if (v.getGitRepo() != null) {
            errors.add(path + ".gitRepo", "is no longer supported");
        }
        if (v.getDownwardAPI() != null) {
            mode(v.getDownwardAPI().getDefaultMode(), path + ".downwardAPI.defaultMode", errors);
        }
        if (v.getProjected() != null) {
            mode(v.getProjected().getDefaultMode(), path + ".projected.defaultMode", errors);
            for (VolumeProjection projection : v.getProjected().getSources()) {
                errors.check(
                        VolumeSources.of(projection).size() == 1,
                        path + ".projected.sources",
                        "each must have one source");
            }
        }
    }

    private static void noBackSteps(@Nullable String text, String path, FieldErrors errors) {
        errors.check(
                text == null || !List.of(text.split("/")).contains(".."),
                path,
                "'" + text + "' must not contain '..'");
    }

    private static void mode(@Nullable Integer mode, String path, FieldErrors errors) {
        errors.check(
                mode == null || (mode >= 0 && mode <= MOST_MODE),
                path,
                "is " + mode + ", must be between 0 and 0777");
    }
}
