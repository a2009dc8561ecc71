package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An API server in memory that answers by path, counts calls and lets a test feed its watches. */
public final class FakeApi implements ApiClient, ApiRequests {
    public final Map<String, Object> objects = new ConcurrentHashMap<>();
    public final List<String> gets = new CopyOnWriteArrayList<>();
    public final List<Object> created = new CopyOnWriteArrayList<>();
    public final List<Object> updated = new CopyOnWriteArrayList<>();
    public final List<String> patches = new CopyOnWriteArrayList<>();
    public final List<String> deleted = new CopyOnWriteArrayList<>();
    public final List<FakeWatch<?, ?>> watches = new CopyOnWriteArrayList<>();

    /** What every call fails with, as long as it is set. */
    public volatile @Nullable IOException outage;

    /** Answers a create by path and body. */
    public volatile Function<Object, Object> onCreate = body -> body;

    /** The running watch on an object. */
    public FakeWatch<?, ?> watchOn(String path, String fieldSelector) {
        return watches.stream()
                .filter(w -> !w.closed && w.spec.path().equals(path))
                .filter(w -> w.spec.fieldSelector().orElse("").equals(fieldSelector))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no watch on " + path + fieldSelector));
    }

    @Override
    public <T> T get(Class<T> type, String path) throws IOException {
        gets.add(path);
        failIfOut();
        Object object = objects.get(path);
        if (object == null) {
            throw new ApiException("GET " + path, 404, "NotFound", "not found", Optional.empty());
        }
        return type.cast(object);
    }

    @Override
    public <T> T create(Class<T> type, String path, Object body) throws IOException {
        failIfOut();
        created.add(body);
        return type.cast(onCreate.apply(body));
    }

    @Override
    public <T> T update(Class<T> type, String path, Object body) throws IOException {
        failIfOut();
        updated.add(body);
        objects.put(path, body);
        return type.cast(body);
    }

    @Override
    public <T> T patch(Class<T> type, String path, PatchType patchType, String json)
            throws IOException {
        failIfOut();
        patches.add(path + " " + json);
        return type.cast(
                Objects.requireNonNull(
                        objects.get(
                                path.endsWith("/status") ? path.replace("/status", "") : path)));
    }

    @Override
    public void delete(String path, String optionsJson) throws IOException {
        failIfOut();
        deleted.add(path);
        objects.remove(path);
    }

    @Override
    public String raw(String path) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public KubernetesClient kubernetes() {
        throw new UnsupportedOperationException("kubernetes");
    }

    @Override
    public ApiRequests requests() {
        return this;
    }

    @Override
    public <T extends HasMetadata, R> Watched<R> watch(
            WatchSpec<T, R> spec, WatchListener<? super R> listener) {
        FakeWatch<T, R> watch = new FakeWatch<>(spec, listener);
        watches.add(watch);
        return watch;
    }

    @Override
    public void reconnect(String why) {}

    @Override
    public void close() {}

    private void failIfOut() throws IOException {
        IOException e = outage;
        if (e != null) {
            throw e;
        }
    }

    /** One watch; nothing is delivered but what the test says. */
    public static final class FakeWatch<T extends HasMetadata, R> implements Watched<R> {
        public final WatchSpec<T, R> spec;
        private final WatchListener<? super R> listener;
        private final Map<String, R> state = new ConcurrentHashMap<>();
        private final CountDownLatch synced = new CountDownLatch(1);
        public volatile boolean closed;

        FakeWatch(WatchSpec<T, R> spec, WatchListener<? super R> listener) {
            this.spec = spec;
            this.listener = listener;
        }

        /** The object is there in this state. */
        public void put(HasMetadata object) {
            R kept = spec.map().apply(spec.type().cast(object)).orElseThrow();
            String namespace = object.getMetadata().getNamespace();
            String key =
                    (namespace == null ? "" : namespace + "/") + object.getMetadata().getName();
            state.put(key, kept);
            listener.onPut(key, kept);
        }

        public void remove(String key) {
            R last = state.remove(key);
            listener.onRemove(key, Objects.requireNonNull(last));
        }

        /** The first list is complete. */
        public void sync() {
            synced.countDown();
            listener.onSynced();
        }

        @Override
        public Optional<R> get(String key) {
            return Optional.ofNullable(state.get(key));
        }

        @Override
        public Map<String, R> all() {
            return Map.copyOf(state);
        }

        @Override
        public boolean synced() {
            return synced.getCount() == 0;
        }

        @Override
        public boolean awaitSynced(Duration timeout) throws InterruptedException {
            return synced.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public Duration lastHeard() {
            return Duration.ZERO;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Watches not closed. */
    public List<FakeWatch<?, ?>> open() {
        List<FakeWatch<?, ?>> open = new ArrayList<>(watches);
        open.removeIf(w -> w.closed);
        return open;
    }
}
