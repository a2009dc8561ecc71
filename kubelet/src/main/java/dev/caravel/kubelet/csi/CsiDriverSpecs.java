package dev.caravel.kubelet.csi;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.kubelet.volume.VolumeException;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The CSIDriver objects of the cluster, watched from the first question on: a node without CSI
 * volumes asks nothing.
 */
public final class CsiDriverSpecs implements AutoCloseable {
    private static final Duration FIRST_LIST = Duration.ofSeconds(10);

    private final ApiClient api;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Watched<CsiDriverSpec> watch;

    public CsiDriverSpecs(ApiClient api) {
        this.api = api;
    }

    /**
     * What the API says about a driver; empty when it says nothing.
     *
     * @throws VolumeException when the API server has not told yet
     */
    Optional<CsiDriverSpec> get(String driver) throws VolumeException, InterruptedException {
        Watched<CsiDriverSpec> running = started();
        if (!running.awaitSynced(FIRST_LIST)) {
            throw new VolumeException(
                    "CSIDriver "
                            + driver
                            + ": the API server has not answered for "
                            + FIRST_LIST.toSeconds()
                            + " s");
        }
        return running.get(driver);
    }

    /** Tells of each driver whose object changes; must be short. */
    void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    private Watched<CsiDriverSpec> started() {
        lock.lock();
        try {
            Watched<CsiDriverSpec> running = watch;
            if (running == null) {
                running =
                        api.watch(
                                WatchSpec.of(
                                                "csidrivers",
                                                CSIDriver.class,
                                                "/apis/storage.k8s.io/v1/csidrivers")
                                        .keeping(d -> Optional.of(CsiDriverSpec.of(d))),
                                new Changes());
                watch = running;
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (watch != null) {
                watch.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Changes implements WatchListener<CsiDriverSpec> {
        @Override
        public void onPut(String key, CsiDriverSpec value) {
            listeners.forEach(listener -> listener.accept(key));
        }

        @Override
        public void onRemove(String key, CsiDriverSpec last) {
            listeners.forEach(listener -> listener.accept(key));
        }
    }
}
