package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Change detection strategies {@code Cache} and {@code Get} (kubelet.md §7.2): objects are read
 * from the API server when they are needed and no older than a given age.
 */
public final class FetchedConfigObjects implements PodObjects {
    /** Age of cached objects with strategy {@code Cache} where the node's annotation names none. */
    public static final Duration CACHE_AGE = Duration.ofMinutes(1);

    private final DemandReads<ConfigMap> configMaps;
    private final DemandReads<Secret> secrets;

    /**
     * @param maxAge zero for strategy {@code Get}
     */
    public FetchedConfigObjects(ApiRequests requests, Ticks ticks, Duration maxAge) {
        configMaps = new DemandReads<>(requests, ObjectKind.CONFIG_MAP, maxAge, ticks);
        secrets = new DemandReads<>(requests, ObjectKind.SECRET, maxAge, ticks);
    }

    @Override
    public void register(Pod pod) {
        String uid = pod.getMetadata().getUid();
        ObjectReferences references = ObjectReferences.of(pod);
        configMaps.use(uid, union(references.followedConfigMaps(), references.readConfigMaps()));
        secrets.use(uid, union(references.followedSecrets(), references.readSecrets()));
    }

    @Override
    public void unregister(String podUid) {
        configMaps.forget(podUid);
        secrets.forget(podUid);
    }

    @Override
    public boolean announcesChanges() {
        return false;
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name)
            throws ObjectUnavailableException {
        return configMaps.read(new ObjectName(namespace, name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name)
            throws ObjectUnavailableException {
        return secrets.read(new ObjectName(namespace, name));
    }

    private static Set<ObjectName> union(Set<ObjectName> one, Set<ObjectName> other) {
        Set<ObjectName> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }
}
