package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.objects.ClaimObjects;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Optional;

/**
 * Follows a pod's volume to the persistent volume behind its claim, and refuses what does not
 * belong together.
 */
public final class ClaimResolver {
    private static final String PROTECTION = "kubernetes.io/pvc-protection";

    private final ClaimObjects objects;

    public ClaimResolver(ClaimObjects objects) {
        this.objects = objects;
    }

    /**
     * The volume with its claim resolved; inline volumes as they are.
     *
     * @throws VolumeException when the claim is missing, unbound, bound elsewhere or of the wrong
     *     mode
     */
    public PodVolume resolve(Pod pod, Volume volume, VolumeUse use) throws VolumeException {
        String claimName;
        boolean readOnly = false;
        if (volume.getPersistentVolumeClaim() != null) {
            claimName = volume.getPersistentVolumeClaim().getClaimName();
            readOnly = Boolean.TRUE.equals(volume.getPersistentVolumeClaim().getReadOnly());
        } else if (volume.getEphemeral() != null) {
            claimName = pod.getMetadata().getName() + "-" + volume.getName();
        } else {
            return PodVolume.inline(volume);
        }
        String namespace = pod.getMetadata().getNamespace();
        try {
            PersistentVolumeClaim claim = claim(namespace, claimName);
            if (volume.getEphemeral() != null) {
                requireOwner(pod, claim);
            }
            PersistentVolume pv = boundVolume(claim);
            boolean block = "Block".equals(pv.getSpec().getVolumeMode());
            requireMode(volume.getName(), block, use);
            return new PodVolume(
                    volume.getName(),
                    volume,
                    Optional.of(new PodVolume.Claimed(claim, pv)),
                    readOnly,
                    block);
        } catch (ObjectUnavailableException e) {
            throw new VolumeException(
                    "error processing PVC " + namespace + "/" + claimName + ": " + e.getMessage(),
                    e);
        }
    }

    private PersistentVolumeClaim claim(String namespace, String name)
            throws ObjectUnavailableException {
        PersistentVolumeClaim claim;
        try {
            claim = objects.claim(namespace, name);
        } catch (ObjectUnavailableException e) {
            throw new ObjectUnavailableException(
                    "failed to fetch PVC from API server: " + e.getMessage(), e);
        }
        // A protected claim stays as long as pods use it; an unprotected one may be gone any
        // moment.
        if (claim.getMetadata().getDeletionTimestamp() != null
                && !claim.getMetadata().getFinalizers().contains(PROTECTION)) {
            throw new ObjectUnavailableException("PVC is being deleted");
        }
        if (claim.getStatus() == null || !"Bound".equals(claim.getStatus().getPhase())) {
            throw new ObjectUnavailableException("PVC is not bound");
        }
        if (claim.getSpec().getVolumeName() == null || claim.getSpec().getVolumeName().isEmpty()) {
            throw new ObjectUnavailableException("PVC has empty pvc.Spec.VolumeName");
        }
        return claim;
    }

    private PersistentVolume boundVolume(PersistentVolumeClaim claim)
            throws ObjectUnavailableException {
        String name = claim.getSpec().getVolumeName();
        PersistentVolume pv;
        try {
            pv = objects.volume(name);
        } catch (ObjectUnavailableException e) {
            throw new ObjectUnavailableException(
                    "failed to fetch PV " + name + " from API server: " + e.getMessage(), e);
        }
        if (pv.getSpec().getClaimRef() == null) {
            throw new ObjectUnavailableException(
                    "found PV object "
                            + name
                            + " but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to"
                            + " the claim");
        }
        String uid = claim.getMetadata().getUid();
        if (!uid.equals(pv.getSpec().getClaimRef().getUid())) {
            throw new ObjectUnavailableException(
                    "found PV object "
                            + name
                            + " but its pv.Spec.ClaimRef.UID "
                            + pv.getSpec().getClaimRef().getUid()
                            + " does not point to claim.UID "
                            + uid);
        }
        return pv;
    }

    /** A claim of that name which is not the pod's own must not lend it somebody else's data. */
    private static void requireOwner(Pod pod, PersistentVolumeClaim claim) throws VolumeException {
        for (OwnerReference owner : claim.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(owner.getController())
                    && owner.getUid().equals(pod.getMetadata().getUid())) {
                return;
            }
        }
        throw new VolumeException(
                "PVC "
                        + claim.getMetadata().getNamespace()
                        + "/"
                        + claim.getMetadata().getName()
                        + " was not created for pod "
                        + pod.getMetadata().getNamespace()
                        + "/"
                        + pod.getMetadata().getName()
                        + " (pod is not owner)");
    }

    private static void requireMode(String volume, boolean block, VolumeUse use)
            throws VolumeException {
        if (block && use.mounted().contains(volume)) {
            throw new VolumeException(
                    "volume " + volume + " has volumeMode Block, but is specified in volumeMounts");
        }
        if (!block && use.devices().contains(volume)) {
            throw new VolumeException(
                    "volume "
                            + volume
                            + " has volumeMode Filesystem, but is specified in volumeDevices");
        }
    }
}
