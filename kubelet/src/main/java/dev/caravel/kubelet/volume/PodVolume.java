package dev.caravel.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Optional;

/**
 * A volume of a pod with its claim followed to the persistent volume behind it.
 *
 * @param name what containers call it ({@code spec.volumes[].name})
 * @param volume as the pod declares it
 * @param claimed the persistent volume and its claim; empty for inline volumes
 * @param readOnly whether the claim reference asks for read-only
 * @param block whether containers get it as a raw device
 */
public record PodVolume(
        String name, Volume volume, Optional<Claimed> claimed, boolean readOnly, boolean block) {

    /** A persistent volume and the claim bound to it. */
    public record Claimed(PersistentVolumeClaim claim, PersistentVolume persistentVolume) {}

    /** An inline volume with a file system. */
    public static PodVolume inline(Volume volume) {
        return new PodVolume(volume.getName(), volume, Optional.empty(), false, false);
    }

    /** The name of its folder and in events: the persistent volume's name, else its own. */
    public String specName() {
        return claimed.map(c -> c.persistentVolume().getMetadata().getName()).orElse(name);
    }

    public Optional<PersistentVolume> persistentVolume() {
        return claimed.map(Claimed::persistentVolume);
    }
}
