package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashSet;
import java.util.Set;

/**
 * Which volumes of a pod its containers use, and how. A volume no container names is not prepared.
 *
 * @param mounted names under {@code volumeMounts}
 * @param devices names under {@code volumeDevices}
 */
public record VolumeUse(Set<String> mounted, Set<String> devices) {
    public VolumeUse {
        mounted = Set.copyOf(mounted);
        devices = Set.copyOf(devices);
    }

    public static VolumeUse of(Pod pod) {
        Set<String> mounted = new HashSet<>();
        Set<String> devices = new HashSet<>();
        for (PodContainer container : PodContainer.all(pod)) {
            container.spec().getVolumeMounts().forEach(m -> mounted.add(m.getName()));
            container.spec().getVolumeDevices().forEach(d -> devices.add(d.getName()));
        }
        return new VolumeUse(mounted, devices);
    }

    public boolean uses(String volume) {
        return mounted.contains(volume) || devices.contains(volume);
    }
}
