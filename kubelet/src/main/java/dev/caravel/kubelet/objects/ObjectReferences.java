package dev.caravel.kubelet.objects;

import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The config maps and secrets a pod names.
 *
 * <p>Volumes show changes while the pod runs, so their objects are followed. Environment variables
 * and pull secrets are read once per container start, so nothing is watched for them.
 *
 * @param followedConfigMaps behind volumes
 * @param followedSecrets behind volumes
 * @param readConfigMaps read when a container starts
 * @param readSecrets read when a container starts or an image is pulled
 */
record ObjectReferences(
        Set<ObjectName> followedConfigMaps,
        Set<ObjectName> followedSecrets,
        Set<ObjectName> readConfigMaps,
        Set<ObjectName> readSecrets) {
    ObjectReferences {
        followedConfigMaps = Set.copyOf(followedConfigMaps);
        followedSecrets = Set.copyOf(followedSecrets);
        readConfigMaps = Set.copyOf(readConfigMaps);
        readSecrets = Set.copyOf(readSecrets);
    }

    static ObjectReferences of(Pod pod) {
        return new Collector(pod.getMetadata().getNamespace()).collect(pod);
    }

    private static final class Collector {
        private final String namespace;
        private final Set<ObjectName> followedConfigMaps = new HashSet<>();
        private final Set<ObjectName> followedSecrets = new HashSet<>();
        private final Set<ObjectName> readConfigMaps = new HashSet<>();
        private final Set<ObjectName> readSecrets = new HashSet<>();

        Collector(String namespace) {
            this.namespace = namespace;
        }

        ObjectReferences collect(Pod pod) {
            pod.getSpec().getVolumes().forEach(this::volume);
            pod.getSpec().getImagePullSecrets().forEach(s -> add(readSecrets, s.getName()));
            for (PodContainer container : PodContainer.all(pod)) {
                container.spec().getEnv().forEach(this::env);
                container.spec().getEnvFrom().forEach(this::envFrom);
            }
            return new ObjectReferences(
                    followedConfigMaps, followedSecrets, readConfigMaps, readSecrets);
        }

        private void volume(Volume volume) {
            if (volume.getConfigMap() != null) {
                add(followedConfigMaps, volume.getConfigMap().getName());
            }
            if (volume.getSecret() != null) {
                add(followedSecrets, volume.getSecret().getSecretName());
            }
            if (volume.getProjected() != null) {
                volume.getProjected().getSources().forEach(this::projection);
            }
        }

        private void projection(VolumeProjection source) {
            if (source.getConfigMap() != null) {
                add(followedConfigMaps, source.getConfigMap().getName());
            }
            if (source.getSecret() != null) {
                add(followedSecrets, source.getSecret().getName());
            }
        }

        private void env(EnvVar variable) {
            if (variable.getValueFrom() == null) {
                return;
            }
            if (variable.getValueFrom().getConfigMapKeyRef() != null) {
                add(readConfigMaps, variable.getValueFrom().getConfigMapKeyRef().getName());
            }
            if (variable.getValueFrom().getSecretKeyRef() != null) {
                add(readSecrets, variable.getValueFrom().getSecretKeyRef().getName());
            }
        }

        private void envFrom(EnvFromSource source) {
            if (source.getConfigMapRef() != null) {
                add(readConfigMaps, source.getConfigMapRef().getName());
            }
            if (source.getSecretRef() != null) {
                add(readSecrets, source.getSecretRef().getName());
            }
        }

        private void add(Set<ObjectName> to, @Nullable String name) {
            if (name != null && !name.isEmpty()) {
                to.add(new ObjectName(namespace, name));
            }
        }
    }
}
