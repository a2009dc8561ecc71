package dev.caravel.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/**
 * Where a desired pod came from; the text is what annotation {@code kubernetes.io/config.source}
 * carries.
 */
public enum PodSource {
    API("api"),
    FILE("file"),
    HTTP("http");

    public static final String SOURCE_ANNOTATION = "kubernetes.io/config.source";
    public static final String SEEN_ANNOTATION = "kubernetes.io/config.seen";
    public static final String HASH_ANNOTATION = "kubernetes.io/config.hash";
    public static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

    private final String text;

    PodSource(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Static pods come from a manifest, not from the API server. */
    public boolean isStatic() {
        return this != API;
    }

    /** Whether an API object is only the mirror of a static pod. */
    public static boolean isMirror(Pod apiPod) {
        Map<String, String> annotations = apiPod.getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey(MIRROR_ANNOTATION);
    }
}
