package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The folders inside a read-only volume that other volumes are mounted on. The runtime cannot make
 * them there, so the kubelet does.
 */
public final class NestedMountPoints {
    private NestedMountPoints() {}

    /**
     * Paths relative to the volume's root, parents first; of nested ones only the outermost, as the
     * inner ones lie in another volume.
     *
     * @throws VolumeException when a mount path leads out of the container
     */
    public static Set<String> within(String volume, Pod pod) throws VolumeException {
        Set<String> found = new LinkedHashSet<>();
        for (PodContainer container : PodContainer.all(pod)) {
            collect(volume, container.spec().getVolumeMounts(), found);
        }
        return Collections.unmodifiableSet(found);
    }

    private static void collect(String volume, List<VolumeMount> mounts, Set<String> found)
            throws VolumeException {
        List<String> all = new ArrayList<>();
        List<String> own = new ArrayList<>();
        for (VolumeMount mount : mounts) {
            String path = CleanPath.of(mount.getMountPath());
            all.add(path);
            if (mount.getName().equals(volume)) {
                own.add(path);
            }
        }
        // Shorter first, so that a mount point is met before those inside it.
        all.sort((a, b) -> a.length() - b.length());
        for (String mountPoint : own) {
            if (mountPoint.equals("..") || mountPoint.startsWith("../")) {
                throw new VolumeException("invalid container mount point " + mountPoint);
            }
            String prefix = mountPoint.equals("/") ? "/" : mountPoint + "/";
            List<String> outermost = new ArrayList<>();
            for (String other : all) {
                if (other.startsWith(prefix)
                        && other.length() > prefix.length()
                        && outermost.stream().noneMatch(o -> other.startsWith(o + "/"))) {
                    outermost.add(other);
                    found.add(other.substring(prefix.length()));
                }
            }
        }
    }
}
