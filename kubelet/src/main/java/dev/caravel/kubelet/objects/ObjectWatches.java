package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Objects of one kind that are watched one by one, because the API server lets a node see only the
 * objects its pods name. One watch an object, however many pods use it; an immutable object keeps
 * its last state and no watch.
 */
final class ObjectWatches<T extends HasMetadata> implements AutoCloseable {
    /** How long a first read waits for the first list. Upstream waits 1 s and fails more often. */
    private static final Duration FIRST_READ = Duration.ofSeconds(5);

    private final ApiClient api;
    private final ObjectKind<T> kind;
    private final Consumer<PodRef> onChange;
    private final BiConsumer<ObjectName, T> onEnd;
    private final Users users = new Users();
    private final Map<String, PodRef> pods = new ConcurrentHashMap<>();
    private final Map<ObjectName, Followed> followed = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param onChange told of each pod whose object has changed; must be short
     * @param onEnd gets the last state of an object that is no longer followed
     */
    ObjectWatches(
            ApiClient api,
            ObjectKind<T> kind,
            Consumer<PodRef> onChange,
            BiConsumer<ObjectName, T> onEnd) {
        this.api = api;
        this.kind = kind;
        this.onChange = onChange;
        this.onEnd = onEnd;
    }

    /** Sets which objects are followed for a pod; none forgets the pod. */
    void follow(PodRef pod, Set<ObjectName> names) {
        lock.lock();
        try {
            if (names.isEmpty()) {
                pods.remove(pod.uid());
            } else {
                pods.put(pod.uid(), pod);
            }
            for (ObjectName unused : users.set(pod.uid(), names)) {
                Followed gone = followed.remove(unused);
                if (gone != null) {
                    gone.last().ifPresent(last -> onEnd.accept(unused, last));
                    gone.stop();
                }
            }
            names.forEach(name -> followed.computeIfAbsent(name, Followed::new));
        } finally {
            lock.unlock();
        }
    }

    void forget(String podUid) {
        follow(new PodRef("", "", podUid), Set.of());
    }

    /** Whether an object is followed, so that {@link #read} knows it. */
    boolean follows(ObjectName name) {
        return followed.containsKey(name);
    }

    /**
     * A followed object, or empty when it does not exist.
     *
     * @throws ObjectUnavailableException when the API server has not told yet
     */
    Optional<T> read(ObjectName name) throws ObjectUnavailableException {
        Followed object = followed.get(name);
        if (object == null) {
            throw new ObjectUnavailableException(
                    kind.word() + " \"" + name.key() + "\" is no longer named by any pod");
        }
        return object.read();
    }

    /** Watches running now. */
    int size() {
        return (int) followed.values().stream().filter(Followed::watching).count();
    }

    @Override
    public void close() {
        followed.values().forEach(Followed::stop);
    }

    /** One object and its watch. */
    private final class Followed implements WatchListener<T> {
        private final ObjectName name;
        private final Watched<T> watch;
        private volatile @Nullable T frozen;
        private volatile boolean synced;

        Followed(ObjectName name) {
            this.name = name;
            this.watch =
                    api.watch(
                            WatchSpec.of(
                                            kind.word() + "/" + name.key(),
                                            kind.type(),
                                            kind.collection(name.namespace()))
                                    .withFields("metadata.name=" + name.name())
                                    .keeping(object -> Optional.of(kind.slim(object))),
                            this);
        }

        Optional<T> read() throws ObjectUnavailableException {
            T constant = frozen;
            if (constant != null) {
                return Optional.of(constant);
            }
            try {
                if (!watch.awaitSynced(FIRST_READ)) {
                    throw new ObjectUnavailableException(
                            "failed to get "
                                    + kind.word()
                                    + " \""
                                    + name.key()
                                    + "\": the API server has not answered for "
                                    + FIRST_READ.toSeconds()
                                    + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ObjectUnavailableException(
                        "failed to get " + kind.word() + " \"" + name.key() + "\": interrupted", e);
            }
            Optional<T> object = watch.get(name.key());
            if (object.isPresent() && kind.immutable().test(object.get())) {
                frozen = object.get();
                watch.close();
            }
            return object;
        }

        Optional<T> last() {
            T constant = frozen;
            return constant != null ? Optional.of(constant) : watch.get(name.key());
        }

        boolean watching() {
            return frozen == null;
        }

        void stop() {
            watch.close();
        }

        @Override
        public void onPut(String key, T value) {
            announce();
        }

        @Override
        public void onRemove(String key, T last) {
            announce();
        }

        @Override
        public void onSynced() {
            synced = true;
            // A pod whose first read gave up waits for this.
            tellPods();
        }

        /** The first list is told once, by {@link #onSynced}. */
        private void announce() {
            if (synced) {
                tellPods();
            }
        }

        private void tellPods() {
            for (String uid : users.of(name)) {
                PodRef pod = pods.get(uid);
                if (pod != null) {
                    onChange.accept(pod);
                }
            }
        }
    }
}
