package dev.caravel.kubelet.env;

import dev.caravel.kubelet.pod.PodRef;
import java.nio.file.Path;
import java.util.Optional;

/** Where the volumes of pods are on the node. */
@FunctionalInterface
public interface MountedVolumes {
    /** The root of a volume on the node; empty when the pod has none of that name mounted. */
    Optional<Path> hostPath(PodRef pod, String volume);
}
