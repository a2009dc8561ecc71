package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.objects.ClaimObjects;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.HashMap;
import java.util.Map;

/** Claims and volumes in memory. */
public final class FakeClaims implements ClaimObjects {
    public final Map<String, PersistentVolumeClaim> claims = new HashMap<>();
    public final Map<String, PersistentVolume> volumes = new HashMap<>();

    /** Claim {@code shop/<name>} bound to a persistent volume. */
    public void bind(String name, PersistentVolume pv) {
        claims.put(
                "shop/" + name,
                new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName(name)
                        .withUid("claim-" + name)
                        .endMetadata()
                        .withNewSpec()
                        .withVolumeName(pv.getMetadata().getName())
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Bound")
                        .endStatus()
                        .build());
        volumes.put(
                pv.getMetadata().getName(),
                new PersistentVolumeBuilder(pv)
                        .editSpec()
                        .withNewClaimRef()
                        .withUid("claim-" + name)
                        .endClaimRef()
                        .endSpec()
                        .build());
    }

    @Override
    public PersistentVolumeClaim claim(String namespace, String name)
            throws ObjectUnavailableException {
        PersistentVolumeClaim claim = claims.get(namespace + "/" + name);
        if (claim == null) {
            throw new ObjectUnavailableException("not found");
        }
        return claim;
    }

    @Override
    public PersistentVolume volume(String name) throws ObjectUnavailableException {
        PersistentVolume pv = volumes.get(name);
        if (pv == null) {
            throw new ObjectUnavailableException("not found");
        }
        return pv;
    }
}
