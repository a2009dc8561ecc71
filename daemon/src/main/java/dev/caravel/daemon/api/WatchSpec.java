package dev.caravel.daemon.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.function.Function;

/**
 * What to watch and what to keep of it.
 *
 * @param name in thread names, log lines and metrics, for example {@code pods}
 * @param type the API type
 * @param path the collection, for example {@code /api/v1/pods} or {@code
 *     /api/v1/namespaces/shop/secrets}
 * @param fieldSelector for example {@code spec.nodeName=n1}
 * @param labelSelector for example {@code !service.kubernetes.io/headless}
 * @param key what names an object in the set
 * @param map what is kept of it; an empty result keeps the object out, as if it did not match. Gets
 *     the object without {@code managedFields}
 */
public record WatchSpec<T extends HasMetadata, R>(
        String name,
        Class<T> type,
        String path,
        Optional<String> fieldSelector,
        Optional<String> labelSelector,
        Key key,
        Function<T, Optional<R>> map) {

    /** What names an object in a watched set. */
    public enum Key {
        /** {@code metadata.uid}. */
        UID,
        /** {@code namespace/name}, or the name alone for cluster-wide objects. */
        NAME
    }

    /** All objects under {@code path}, whole, by name. */
    public static <T extends HasMetadata> WatchSpec<T, T> of(
            String name, Class<T> type, String path) {
        return new WatchSpec<>(
                name, type, path, Optional.empty(), Optional.empty(), Key.NAME, Optional::of);
    }

    /** The same with a field selector. */
    public WatchSpec<T, R> withFields(String selector) {
        return new WatchSpec<>(name, type, path, Optional.of(selector), labelSelector, key, map);
    }

    /** The same with a label selector. */
    public WatchSpec<T, R> withLabels(String selector) {
        return new WatchSpec<>(name, type, path, fieldSelector, Optional.of(selector), key, map);
    }

    /** The same, named by {@code key}. */
    public WatchSpec<T, R> keyedBy(Key newKey) {
        return new WatchSpec<>(name, type, path, fieldSelector, labelSelector, newKey, map);
    }

    /** The same, keeping what {@code newMap} returns. */
    public <S> WatchSpec<T, S> keeping(Function<T, Optional<S>> newMap) {
        return new WatchSpec<>(name, type, path, fieldSelector, labelSelector, key, newMap);
    }
}
