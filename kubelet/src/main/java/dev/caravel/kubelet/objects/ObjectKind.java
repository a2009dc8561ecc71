package dev.caravel.kubelet.objects;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.function.Predicate;

/**
 * A kind of object that pods read.
 *
 * @param word in messages, e.g. {@code configmap}
 * @param plural in paths of the API, e.g. {@code configmaps}
 * @param type its Java type
 * @param immutable whether an object of it can no longer change
 */
record ObjectKind<T extends HasMetadata>(
        String word, String plural, Class<T> type, Predicate<T> immutable) {

    static final ObjectKind<ConfigMap> CONFIG_MAP =
            new ObjectKind<>(
                    "configmap",
                    "configmaps",
                    ConfigMap.class,
                    map -> Boolean.TRUE.equals(map.getImmutable()));

    static final ObjectKind<Secret> SECRET =
            new ObjectKind<>(
                    "secret",
                    "secrets",
                    Secret.class,
                    secret -> Boolean.TRUE.equals(secret.getImmutable()));

    /** The collection an object lives in. */
    String collection(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/" + plural;
    }

    /** Drops what pods never read; objects stay in memory as long as pods use them. */
    T slim(T object) {
        object.getMetadata().setAnnotations(null);
        object.getMetadata().setLabels(null);
        object.getMetadata().setManagedFields(null);
        object.getMetadata().setOwnerReferences(null);
        return object;
    }
}
