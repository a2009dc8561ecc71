package dev.caravel.kubelet.image;

import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/**
 * Which image a pod needs, and for what.
 *
 * @param pod whose secrets, service account and annotations count
 * @param fieldPath what events are about: a container, or the whole pod if empty
 * @param image as the pod wrote it
 * @param policy when to pull
 */
public record ImageRequest(
        Pod pod, Optional<String> fieldPath, String image, ImagePullPolicy policy) {

    /** The image of a container. */
    public static ImageRequest of(Pod pod, PodContainer container) {
        String image = container.spec().getImage() == null ? "" : container.spec().getImage();
        return new ImageRequest(
                pod,
                Optional.of(container.kind().fieldPath(container.name())),
                image,
                ImagePullPolicy.of(container.spec().getImagePullPolicy(), image));
    }

    /**
     * The image shown as a volume.
     *
     * @param policy of the volume, null for the default
     */
    public static ImageRequest ofVolume(Pod pod, String image, Optional<String> policy) {
        return new ImageRequest(
                pod, Optional.empty(), image, ImagePullPolicy.of(policy.orElse(null), image));
    }

    PodRef ref() {
        return PodRef.of(pod);
    }
}
