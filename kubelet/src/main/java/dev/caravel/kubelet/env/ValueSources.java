package dev.caravel.kubelet.env;

import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.spec.ContainerConfigException;
import dev.caravel.linux.fs.SafeFiles;
import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.FileKeySelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resolves {@code valueFrom} of one container's variables. Values are bytes as Latin-1. */
record ValueSources(
        Pod pod,
        Container container,
        NodeFacts node,
        List<String> podIps,
        ReferencedObjects objects,
        MountedVolumes volumes,
        SafeFiles files) {
    private static final Logger LOG = LoggerFactory.getLogger(ValueSources.class);

    /** An environment file is for settings; a container could write one without end. */
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** The value, empty when an optional source has none. */
    Optional<String> value(EnvVarSource source) throws ContainerConfigException {
        try {
            if (source.getFieldRef() != null) {
                String text =
                        DownwardFields.environment(
                                source.getFieldRef(), pod, node.nodeIps(), podIps);
                return Optional.of(Environment.latin1(text));
            }
            if (source.getResourceFieldRef() != null) {
                return Optional.of(
                        DownwardFields.environmentResource(
                                source.getResourceFieldRef(),
                                pod,
                                container,
                                node.capacity().allocatable()));
            }
        } catch (DownwardFieldException e) {
            throw new ContainerConfigException(String.valueOf(e.getMessage()), e);
        }
        if (source.getConfigMapKeyRef() != null) {
            ConfigMapKeySelector ref = source.getConfigMapKeyRef();
            return objects.configMapKey(
                    ref.getName(), ref.getKey(), Environments.isSet(ref.getOptional()));
        }
        if (source.getSecretKeyRef() != null) {
            SecretKeySelector ref = source.getSecretKeyRef();
            return objects.secretKey(
                    ref.getName(), ref.getKey(), Environments.isSet(ref.getOptional()));
        }
        if (source.getFileKeyRef() != null && node.gate("EnvFiles")) {
            return fileKey(source.getFileKeyRef());
        }
        return Optional.of("");
    }

    private Optional<String> fileKey(FileKeySelector ref) throws ContainerConfigException {
        String value = envFileValue(ref);
        if (!value.isEmpty()) {
            return Optional.of(value);
        }
        if (Environments.isSet(ref.getOptional())) {
            return Optional.empty();
        }
        throw new ContainerConfigException(
                "environment variable key \""
                        + ref.getKey()
                        + "\" not found in file \""
                        + ref.getPath()
                        + "\" of volume \""
                        + ref.getVolumeName()
                        + "\"");
    }

    private String envFileValue(FileKeySelector ref) throws ContainerConfigException {
        try {
            Path root =
                    volumes.hostPath(PodRef.of(pod), ref.getVolumeName())
                            .orElseThrow(() -> noVolume(ref.getVolumeName()));
            SafeFiles.Content content =
                    files.read(root, ref.getPath(), SafeFiles.Links.INSIDE, MAX_FILE_BYTES);
            if (content.truncated()) {
                throw new IOException("it is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return EnvFile.value(Environment.latin1(content.bytes()), ref.getKey());
        } catch (IOException | EnvFile.EnvFileException e) {
            // The pod's author sees only that much; where volumes lie on the node is not theirs.
            LOG.atInfo()
                    .setMessage("Failed to parse env file; the container does not start")
                    .addKeyValue("pod", PodRef.of(pod))
                    .addKeyValue("volume", ref.getVolumeName())
                    .addKeyValue("path", ref.getPath())
                    .setCause(e)
                    .log();
            throw new ContainerConfigException("couldn't parse env file", e);
        }
    }

    private static ContainerConfigException noVolume(String name) {
        return new ContainerConfigException(
                "cannot find the volume \"" + name + "\" referenced by FileKeyRef");
    }
}
