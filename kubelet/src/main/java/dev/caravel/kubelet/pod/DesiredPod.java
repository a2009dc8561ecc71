package dev.caravel.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;

/**
 * A pod as one of the sources wants it now. The object is treated as immutable: nobody changes it
 * after it entered the store.
 *
 * @param ref identity; for a static pod the UID is the manifest's hash
 * @param source where it came from
 * @param pod the object with the kubelet's own annotations ({@link PodSource}) set
 * @param firstSeen when this kubelet process first heard of the UID
 */
public record DesiredPod(PodRef ref, PodSource source, Pod pod, Instant firstSeen) {

    /** Whether the API server has marked the pod for deletion. */
    public boolean isBeingDeleted() {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }
}
