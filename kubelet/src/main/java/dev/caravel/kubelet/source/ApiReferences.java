package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a static pod needs an object from the API server. A static pod must run without one, so
 * it may not refer to any (contract §5.2).
 */
final class ApiReferences {
    /** Volume sources that read an API object, and how people call it. */
    private static final Map<String, String> VOLUMES =
            Map.of(
                    "configMap", "configmaps (via configMap volumes)",
                    "secret", "secrets (via secret volumes)",
                    "csi", "csidrivers (via CSI volumes)",
                    "glusterfs", "endpoints (via glusterfs volumes)",
                    "persistentVolumeClaim", "persistentvolumeclaims",
                    "ephemeral", "persistentvolumeclaims (via ephemeral volumes)",
                    "azureFile", "secrets (via azureFile volumes)");

    private static final Map<String, String> PROJECTIONS =
            Map.of(
                    "configMap", "configmaps (via projected volumes)",
                    "secret", "secrets (via projected volumes)",
                    "serviceAccountToken", "serviceaccounts (via projected volumes)",
                    "clusterTrustBundle", "clustertrustbundles",
                    "podCertificate", "podcertificates");

    /** Sources that hold the name of a secret inside. */
    private static final Set<String> SECRET_HOLDERS =
            Set.of("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos");

    private final FieldErrors errors;
    private final boolean localObjects;

    private ApiReferences(FieldErrors errors, boolean localObjects) {
        this.errors = errors;
        this.localObjects = localObjects;
    }

    /**
     * Notes every reference of {@code pod}.
     *
     * @param localObjects whether ConfigMaps and Secrets are served from local files (standalone
     *     mode) and therefore allowed
     */
    static void check(Pod pod, boolean localObjects, FieldErrors errors) {
        new ApiReferences(errors, localObjects).check(pod.getSpec());
    }

    private void check(PodSpec spec) {
        if (spec.getServiceAccountName() != null && !spec.getServiceAccountName().isEmpty()) {
            refuse("spec.serviceAccountName", "serviceaccounts");
        }
        for (int i = 0; i < spec.getImagePullSecrets().size(); i++) {
            String name = spec.getImagePullSecrets().get(i).getName();
            if (name != null && !name.isEmpty() && !localObjects) {
                refuse("spec.imagePullSecrets[" + i + "]", "secrets");
            }
        }
        if (!spec.getResourceClaims().isEmpty()) {
            refuse("spec.resourceClaims", "resourceclaims");
        }
        for (int i = 0; i < spec.getContainers().size(); i++) {
            container(spec.getContainers().get(i), "spec.containers[" + i + "]");
        }
        for (int i = 0; i < spec.getInitContainers().size(); i++) {
            container(spec.getInitContainers().get(i), "spec.initContainers[" + i + "]");
        }
        for (int i = 0; i < spec.getVolumes().size(); i++) {
            volume(spec.getVolumes().get(i), "spec.volumes[" + i + "]");
        }
    }

    private void container(Container c, String path) {
        for (int i = 0; i < c.getEnv().size(); i++) {
            EnvVar env = c.getEnv().get(i);
            if (env.getValueFrom() == null) {
                continue;
            }
            if (env.getValueFrom().getSecretKeyRef() != null && !localObjects) {
                refuse(path + ".env[" + i + "].valueFrom.secretKeyRef", "secrets");
            }
            if (env.getValueFrom().getConfigMapKeyRef() != null && !localObjects) {
                refuse(path + ".env[" + i + "].valueFrom.configMapKeyRef", "configmaps");
            }
        }
        for (int i = 0; i < c.getEnvFrom().size(); i++) {
            EnvFromSource from = c.getEnvFrom().get(i);
            if (from.getSecretRef() != null && !localObjects) {
                refuse(path + ".envFrom[" + i + "].secretRef", "secrets");
            }
            if (from.getConfigMapRef() != null && !localObjects) {
                refuse(path + ".envFrom[" + i + "].configMapRef", "configmaps");
            }
        }
    }

    private void volume(Volume volume, String path) {
        for (String source : VolumeSources.of(volume)) {
            String object = VOLUMES.get(source);
            if (object != null && !allowed(source)) {
                refuse(path + "." + source, object);
            }
            if (SECRET_HOLDERS.contains(source) && namesSecret(volume)) {
                refuse(path + "." + source, "secrets");
            }
        }
        if (volume.getProjected() == null) {
            return;
        }
        for (int i = 0; i < volume.getProjected().getSources().size(); i++) {
            VolumeProjection projection = volume.getProjected().getSources().get(i);
            for (String source : VolumeSources.of(projection)) {
                String object = PROJECTIONS.get(source);
                if (object != null && !allowed(source)) {
                    refuse(path + ".projected.sources[" + i + "]." + source, object);
                }
            }
        }
    }

    private boolean allowed(String source) {
        return localObjects && (source.equals("configMap") || source.equals("secret"));
    }

    private static boolean namesSecret(Volume v) {
        return (v.getCephfs() != null && present(v.getCephfs().getSecretRef()))
                || (v.getCinder() != null && present(v.getCinder().getSecretRef()))
                || (v.getFlexVolume() != null && present(v.getFlexVolume().getSecretRef()))
                || (v.getRbd() != null && present(v.getRbd().getSecretRef()))
                || (v.getScaleIO() != null && present(v.getScaleIO().getSecretRef()))
                || (v.getIscsi() != null && present(v.getIscsi().getSecretRef()))
                || (v.getStorageos() != null && present(v.getStorageos().getSecretRef()));
    }

    private static boolean present(@Nullable Object reference) {
        return reference != null;
    }

    private void refuse(String path, String object) {
        errors.add(path, "static pods may not reference " + object);
    }
}
