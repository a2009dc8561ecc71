package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.OptionalLong;

/**
 * One volume of one pod that is to be made ready.
 *
 * @param pod the pod as it is wanted now
 * @param volume the volume, its claim resolved
 * @param first whether this process has not prepared it yet; it may still be mounted from an
 *     earlier one
 */
public record VolumeRequest(Pod pod, PodVolume volume, boolean first) {

    public PodRef ref() {
        return PodRef.of(pod);
    }

    /** The pod's UID. */
    public String uid() {
        return pod.getMetadata().getUid();
    }

    /** The group that shall own the files. */
    public OptionalLong group() {
        return FileOwner.group(pod);
    }
}
