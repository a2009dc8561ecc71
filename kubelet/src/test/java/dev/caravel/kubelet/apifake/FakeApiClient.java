package dev.caravel.kubelet.apifake;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An API client over {@link FakeApi} whose watches say what a test wants them to. */
public final class FakeApiClient implements ApiClient {
    private final FakeApi api;
    private final List<OpenWatch<?, ?>> watches = new ArrayList<>();

    public FakeApiClient(FakeApi api) {
        this.api = api;
    }

    /** One watch somebody opened. */
    public static final class OpenWatch<T extends HasMetadata, R> implements Watched<R> {
        private final WatchSpec<T, R> spec;
        private final WatchListener<? super R> listener;
        private final Map<String, R> held = new TreeMap<>();
        private boolean synced;

        private OpenWatch(WatchSpec<T, R> spec, WatchListener<? super R> listener) {
            this.spec = spec;
            this.listener = listener;
        }

        /** What was asked for. */
        public WatchSpec<T, R> spec() {
            return spec;
        }

        /** The server shows {@code object}. */
        public void put(HasMetadata object) {
            T typed = spec.type().cast(object);
            String key =
                    spec.key() == WatchSpec.Key.UID
                            ? object.getMetadata().getUid()
                            : object.getMetadata().getName();
            Optional<R> mapped = spec.map().apply(typed);
            mapped.ifPresent(value -> {
                held.put(key, value);
                listener.onPut(key, value);
            });
        }

        /** The server no longer shows the object of that key. */
        public void remove(String key) {
            R last = held.remove(key);
            if (last != null) {
                listener.onRemove(key, last);
            }
        }

        /** The first list is complete. */
        public void sync() {
            synced = true;
            listener.onSynced();
        }

        @Override
        public Optional<R> get(String key) {
            return Optional.ofNullable(held.get(key));
        }

        @Override
        public Map<String, R> all() {
            return Map.copyOf(held);
        }

        @Override
        public boolean synced() {
            return synced;
        }

        @Override
        public boolean awaitSynced(Duration timeout) {
            return synced;
        }

        @Override
        public Duration lastHeard() {
            return Duration.ZERO;
        }

        @Override
        public void close() {}
    }

    /** The watch with that name in its spec. */
    public OpenWatch<?, ?> watch(String name) {
        return watches.stream().filter(w -> w.spec.name().equals(name)).findFirst().orElseThrow();
    }

    @Override
    public KubernetesClient kubernetes() {
        throw new UnsupportedOperationException("tests use requests()");
    }

    @Override
    public ApiRequests requests() {
        return api;
    }

    @Override
    public <T extends HasMetadata, R> Watched<R> watch(
            WatchSpec<T, R> spec, WatchListener<? super R> listener) {
        OpenWatch<T, R> watch = new OpenWatch<>(spec, listener);
        watches.add(watch);
        return watch;
    }

    @Override
    public void reconnect(String why) {}

    @Override
    public void close() {}
}
