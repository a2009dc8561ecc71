package dev.caravel.kubelet.csi;

import dev.caravel.kubelet.volume.PodVolume;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.CSIVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A CSI volume of a pod, inline or persistent alike.
 *
 * @param specName name of its folder
 * @param driver who serves it
 * @param handle what the driver calls it
 * @param ephemeral whether it lives and dies with the pod
 * @param fsType empty for the driver's choice
 * @param attributes passed on to the driver
 * @param accessModes of the persistent volume, may be empty
 * @param stageSecret for staging, with its namespace
 * @param publishSecret for publishing, with its namespace
 */
record CsiVolume(
        String specName,
        String driver,
        String handle,
        boolean ephemeral,
        boolean readOnly,
        boolean block,
        String fsType,
        Map<String, String> attributes,
        List<String> mountOptions,
        List<String> accessModes,
        Optional<Reference> stageSecret,
        Optional<Reference> publishSecret) {
    CsiVolume {
        attributes = Map.copyOf(attributes);
        mountOptions = List.copyOf(mountOptions);
        accessModes = List.copyOf(accessModes);
    }

    /** A secret of some namespace. */
    record Reference(String namespace, String name) {}

    /** Whether a volume is served by a driver. */
    static boolean isOne(PodVolume volume) {
        return volume.persistentVolume().isPresent()
                ? volume.persistentVolume().get().getSpec().getCsi() != null
                : volume.volume().getCsi() != null;
    }

    /** Reads one; {@link #isOne} must hold. */
    static CsiVolume of(Pod pod, PodVolume volume) {
        return volume.persistentVolume().isPresent()
                ? persistent(volume, volume.persistentVolume().get().getSpec())
                : inline(pod, volume, volume.volume().getCsi());
    }

    private static CsiVolume inline(Pod pod, PodVolume volume, CSIVolumeSource source) {
        String namespace = pod.getMetadata().getNamespace();
        return new CsiVolume(
                volume.specName(),
                source.getDriver(),
                CsiNames.ephemeralHandle(pod.getMetadata().getUid(), volume.specName()),
                true,
                Boolean.TRUE.equals(source.getReadOnly()),
                false,
                Objects.requireNonNullElse(source.getFsType(), ""),
                orEmpty(source.getVolumeAttributes()),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.ofNullable(source.getNodePublishSecretRef())
                        .map(ref -> new Reference(namespace, ref.getName())));
    }

    private static CsiVolume persistent(PodVolume volume, PersistentVolumeSpec spec) {
        CSIPersistentVolumeSource source = spec.getCsi();
        return new CsiVolume(
                volume.specName(),
                source.getDriver(),
                source.getVolumeHandle(),
                false,
                volume.readOnly(),
                volume.block(),
                Objects.requireNonNullElse(source.getFsType(), ""),
                orEmpty(source.getVolumeAttributes()),
                orEmpty(spec.getMountOptions()),
                orEmpty(spec.getAccessModes()),
                reference(source.getNodeStageSecretRef()),
                reference(source.getNodePublishSecretRef()));
    }

    private static Optional<Reference> reference(@Nullable SecretReference ref) {
        return Optional.ofNullable(ref).map(r -> new Reference(r.getNamespace(), r.getName()));
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    /** What to call it in {@code node.status.volumesInUse}. */
    String uniqueName() {
        return CsiNames.uniqueName(driver, handle);
    }
}
