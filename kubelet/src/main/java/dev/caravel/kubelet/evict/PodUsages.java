package dev.caravel.kubelet.evict;

import dev.caravel.kubelet.pod.DesiredPod;
import java.util.Optional;

/** Measures pods. Expensive, so asked only for pods with limits and when the node is short. */
public interface PodUsages {

    /** What the pod uses now; empty when nothing of it runs. */
    Optional<PodUsage> measure(DesiredPod pod);
}
