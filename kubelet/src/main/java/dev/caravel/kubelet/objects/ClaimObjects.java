package dev.caravel.kubelet.objects;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;

/** Persistent volume claims and volumes as they are now. Blocking; thread-safe. */
public interface ClaimObjects {

    /**
     * A claim.
     *
     * @throws ObjectUnavailableException when it does not exist or the API server does not say
     */
    PersistentVolumeClaim claim(String namespace, String name) throws ObjectUnavailableException;

    /**
     * A persistent volume.
     *
     * @throws ObjectUnavailableException when it does not exist or the API server does not say
     */
    PersistentVolume volume(String name) throws ObjectUnavailableException;

    /** A kubelet without API server. */
    static ClaimObjects none() {
        return new ClaimObjects() {
            @Override
            public PersistentVolumeClaim claim(String namespace, String name)
                    throws ObjectUnavailableException {
                throw new ObjectUnavailableException("there is no API server to ask");
            }

            @Override
            public PersistentVolume volume(String name) throws ObjectUnavailableException {
                throw new ObjectUnavailableException("there is no API server to ask");
            }
        };
    }
}
