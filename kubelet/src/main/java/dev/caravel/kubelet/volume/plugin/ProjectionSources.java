package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.env.DownwardFieldException;
import dev.caravel.kubelet.env.DownwardFields;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import dev.caravel.kubelet.objects.PodObjects;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.kubelet.volume.projection.KeyedFiles;
import dev.caravel.kubelet.volume.projection.KeyedFiles.Selection;
import dev.caravel.kubelet.volume.projection.ProjectedFile;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files from config maps, secrets and fields of the pod. */
public final class ProjectionSources {
    /** API default of {@code defaultMode}; static pods may come without it. */
    private static final int DEFAULT_MODE = 0644;

    /** How often objects are read again when nobody announces their changes; upstream's resync. */
    private static final Duration UNANNOUNCED = Duration.ofMinutes(1);

    private final PodObjects objects;
    private final Supplier<Map<String, Quantity>> allocatable;
    private final Clock clock;

    /**
     * @param allocatable what the node offers to pods, for limits a container does not set
     */
    public ProjectionSources(
            PodObjects objects, Supplier<Map<String, Quantity>> allocatable, Clock clock) {
        this.objects = objects;
        this.allocatable = allocatable;
        this.clock = clock;
    }

    static int mode(@Nullable Integer mode) {
        return mode == null ? DEFAULT_MODE : mode;
    }

    /** When config maps and secrets are to be read again; empty when changes are announced. */
    Optional<Instant> objectsDue() {
        return objects.announcesChanges()
                ? Optional.empty()
                : Optional.of(clock.instant().plus(UNANNOUNCED));
    }

    Map<String, ProjectedFile> configMap(
            VolumeRequest request,
            String name,
            @Nullable List<KeyToPath> items,
            int defaultMode,
            @Nullable Boolean optional)
            throws VolumeException {
        Selection selection = Selection.of(items, defaultMode, optional);
        try {
            return KeyedFiles.of(
                    objects.configMap(request.ref().namespace(), name), name, selection);
        } catch (ObjectUnavailableException e) {
            throw unavailable(e);
        }
    }

    Map<String, ProjectedFile> secret(
            VolumeRequest request,
            String name,
            @Nullable List<KeyToPath> items,
            int defaultMode,
            @Nullable Boolean optional)
            throws VolumeException {
        Selection selection = Selection.of(items, defaultMode, optional);
        try {
            return KeyedFiles.ofSecret(
                    objects.secret(request.ref().namespace(), name), name, selection);
        } catch (ObjectUnavailableException e) {
            throw unavailable(e);
        }
    }

    Map<String, ProjectedFile> downward(
            VolumeRequest request, List<DownwardAPIVolumeFile> items, int defaultMode)
            throws VolumeException {
        Map<String, ProjectedFile> files = new HashMap<>();
        List<String> failures = new ArrayList<>();
        for (DownwardAPIVolumeFile item : items) {
            int mode = item.getMode() == null ? defaultMode : item.getMode();
            try {
                files.put(item.getPath(), ProjectedFile.of(text(request, item), mode));
            } catch (DownwardFieldException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        if (failures.isEmpty()) {
            return files;
        }
        throw new VolumeException(failures.size() == 1 ? failures.getFirst() : failures.toString());
    }

    private String text(VolumeRequest request, DownwardAPIVolumeFile item)
            throws DownwardFieldException {
        if (item.getFieldRef() != null) {
            return DownwardFields.metadata(request.pod(), item.getFieldRef().getFieldPath());
        }
        if (item.getResourceFieldRef() != null) {
            return DownwardFields.volumeResource(
                    item.getResourceFieldRef(), request.pod(), allocatable.get());
        }
        return "";
    }

    private static VolumeException unavailable(ObjectUnavailableException e) {
        return new VolumeException(String.valueOf(e.getMessage()), e);
    }
}
