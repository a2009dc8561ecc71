package dev.caravel.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.Map;
import java.util.Optional;

/** The group a persistent volume's files belong to, which pods must be in to use it. Pure. */
final class VolumeGroups {
    private static final String ANNOTATION = "pv.beta.kubernetes.io/gid";

    private VolumeGroups() {}

    /** Empty when there is no annotation, or it is no group. */
    static Optional<Long> annotated(PersistentVolume pv) {
        Map<String, String> annotations = pv.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(ANNOTATION);
        if (text == null) {
            return Optional.empty();
        }
        try {
            long group = Long.parseLong(text);
            return group >= 0 && group <= 0xffff_fffeL ? Optional.of(group) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
