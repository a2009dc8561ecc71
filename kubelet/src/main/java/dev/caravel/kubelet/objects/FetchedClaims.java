package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiRequests;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.IOException;

/**
 * Claims and volumes read from the API server each time: once a pod's start, and what was decided
 * on must be the newest state.
 */
public final class FetchedClaims implements ClaimObjects {
    private final ApiRequests requests;

    public FetchedClaims(ApiRequests requests) {
        this.requests = requests;
    }

    @Override
    public PersistentVolumeClaim claim(String namespace, String name)
            throws ObjectUnavailableException {
        return get(
                PersistentVolumeClaim.class,
                "/api/v1/namespaces/" + namespace + "/persistentvolumeclaims/" + name);
    }

    @Override
    public PersistentVolume volume(String name) throws ObjectUnavailableException {
        return get(PersistentVolume.class, "/api/v1/persistentvolumes/" + name);
    }

    private <T> T get(Class<T> type, String path) throws ObjectUnavailableException {
        try {
            return requests.get(type, path);
        } catch (IOException e) {
            throw new ObjectUnavailableException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ObjectUnavailableException("interrupted", e);
        }
    }
}
