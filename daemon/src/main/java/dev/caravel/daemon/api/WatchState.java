package dev.caravel.daemon.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a watch has seen: applies lists and events, and tells the listener the difference. Written
 * by the watching thread alone, read by all.
 */
final class WatchState<T extends HasMetadata, R> implements WatchEvents.Sink<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchState.class);

    private final WatchSpec<T, R> spec;
    private final WatchListener<? super R> listener;
    private final BooleanSupplier closed;
    private final Map<String, R> values = new ConcurrentHashMap<>();
    private final Map<String, String> versions = new HashMap<>();
    private @Nullable Set<String> listed;
    private String version = "";

    WatchState(WatchSpec<T, R> spec, WatchListener<? super R> listener, BooleanSupplier closed) {
        this.spec = spec;
        this.listener = listener;
        this.closed = closed;
    }

    /** The version to watch from; empty when a list is needed. */
    String version() {
        return version;
    }

    Map<String, R> values() {
        return Collections.unmodifiableMap(values);
    }

    /** From here on {@link #put} gets the items of a list. */
    void beginList() {
        listed = new HashSet<>();
    }

    /** The list is complete: what it did not hold is gone. */
    void endList(String listVersion) {
        Set<String> there = listed;
        listed = null;
        if (there != null) {
            for (String key : Set.copyOf(versions.keySet())) {
                if (!there.contains(key)) {
                    drop(key);
                }
            }
        }
        version = listVersion;
    }

    /** The server has forgotten our version. */
    void forget() {
        version = "";
    }

    @Override
    public void put(T object) {
        String key = key(object.getMetadata());
        String seen = object.getMetadata().getResourceVersion();
        boolean listing = listed != null;
        if (listed != null) {
            listed.add(key);
        } else {
            version = seen;
        }
        if (listing && seen.equals(versions.get(key))) {
            return; // listed again, unchanged
        }
        Optional<R> value = map(key, object);
        if (value.isEmpty()) {
            drop(key);
            return;
        }
        versions.put(key, seen);
        values.put(key, value.get());
        tell(key, () -> listener.onPut(key, value.get()));
    }

    @Override
    public void remove(T object) {
        version = object.getMetadata().getResourceVersion();
        drop(key(object.getMetadata()));
    }

    @Override
    public void bookmark(String newVersion) {
        if (!newVersion.isEmpty()) {
            version = newVersion;
        }
    }

    private void drop(String key) {
        versions.remove(key);
        R last = values.remove(key);
        if (last != null) {
            tell(key, () -> listener.onRemove(key, last));
        }
    }

    private Optional<R> map(String key, T object) {
        try {
            return spec.map().apply(object);
        } catch (RuntimeException e) {
            LOG.error("Mapping {} {} failed; leaving it out", spec.name(), key, e);
            return Optional.empty();
        }
    }

    private void tell(String key, Runnable callback) {
        if (closed.getAsBoolean()) {
            return;
        }
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.error("Handling a change of {} {} failed; going on", spec.name(), key, e);
        }
    }

    private String key(ObjectMeta metadata) {
        return switch (spec.key()) {
            case UID -> metadata.getUid();
            case NAME ->
                    metadata.getNamespace() == null || metadata.getNamespace().isEmpty()
                            ? metadata.getName()
                            : metadata.getNamespace() + "/" + metadata.getName();
        };
    }
}
