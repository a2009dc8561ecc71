package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Change detection strategy {@code Watch} (kubelet.md §7.2): objects behind volumes are watched, so
 * that a change reaches the files at once; objects behind environment variables are read when a
 * container starts and cost nothing in between.
 */
public final class WatchedConfigObjects implements PodObjects, AutoCloseable {
    /** Long enough for all variables of one container, short enough to be fresh for the next. */
    private static final Duration READ_AGE = Duration.ofSeconds(2);

    private final DemandReads<ConfigMap> readConfigMaps;
    private final DemandReads<Secret> readSecrets;
    private final ObjectWatches<ConfigMap> watchedConfigMaps;
    private final ObjectWatches<Secret> watchedSecrets;

    /**
     * @param onChange told of each pod whose object has changed, from a watch's thread; must be
     *     short, e.g. wake the pod's worker
     */
    public WatchedConfigObjects(ApiClient api, Ticks ticks, Consumer<PodRef> onChange) {
        readConfigMaps = new DemandReads<>(api.requests(), ObjectKind.CONFIG_MAP, READ_AGE, ticks);
        readSecrets = new DemandReads<>(api.requests(), ObjectKind.SECRET, READ_AGE, ticks);
        watchedConfigMaps =
                new ObjectWatches<>(api, ObjectKind.CONFIG_MAP, onChange, readConfigMaps::remember);
        watchedSecrets =
                new ObjectWatches<>(api, ObjectKind.SECRET, onChange, readSecrets::remember);
    }

    @Override
    public void register(Pod pod) {
        PodRef ref = PodRef.of(pod);
        ObjectReferences references = ObjectReferences.of(pod);
        readConfigMaps.use(ref.uid(), references.readConfigMaps());
        readSecrets.use(ref.uid(), references.readSecrets());
        watchedConfigMaps.follow(ref, references.followedConfigMaps());
        watchedSecrets.follow(ref, references.followedSecrets());
    }

    @Override
    public void unregister(String podUid) {
        watchedConfigMaps.forget(podUid);
        watchedSecrets.forget(podUid);
        readConfigMaps.forget(podUid);
        readSecrets.forget(podUid);
    }

    @Override
    public boolean announcesChanges() {
        return true;
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name)
            throws ObjectUnavailableException {
        ObjectName object = new ObjectName(namespace, name);
        return watchedConfigMaps.follows(object)
                ? watchedConfigMaps.read(object)
                : readConfigMaps.read(object);
    }

    @Override
    public Optional<Secret> secret(String namespace, String name)
            throws ObjectUnavailableException {
        ObjectName object = new ObjectName(namespace, name);
        return watchedSecrets.follows(object)
                ? watchedSecrets.read(object)
                : readSecrets.read(object);
    }

    /** Watches running now, for metrics and tests. */
    public int watches() {
        return watchedConfigMaps.size() + watchedSecrets.size();
    }

    @Override
    public void close() {
        watchedConfigMaps.close();
        watchedSecrets.close();
    }
}
