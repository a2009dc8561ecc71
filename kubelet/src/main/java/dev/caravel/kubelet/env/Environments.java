package dev.caravel.kubelet.env;

import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.objects.Services;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.resources.Criticality;
import dev.caravel.kubelet.spec.ContainerConfigException;
import dev.caravel.linux.fs.SafeFiles;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the environment of a container. {@code env} wins over {@code envFrom}; service variables
 * only fill what is left. Blocking, as the objects referred to may have to be fetched.
 */
public final class Environments {
    private final ConfigObjects objects;
    private final Services services;
    private final MountedVolumes volumes;
    private final SafeFiles files;

    /** Reads from the given sources; {@code files} reads environment files in volumes. */
    public Environments(
            ConfigObjects objects, Services services, MountedVolumes volumes, SafeFiles files) {
        this.objects = objects;
        this.services = services;
        this.volumes = volumes;
        this.files = files;
    }

    /**
     * The environment of {@code container} for a start now.
     *
     * @param podIps addresses of the pod's sandbox
     * @throws ContainerConfigException when something required is missing or cannot be read
     */
    public Environment of(Pod pod, PodContainer container, NodeFacts node, List<String> podIps)
            throws ContainerConfigException {
        if (!Criticality.isStatic(pod) && !services.synced()) {
            throw new ContainerConfigException(
                    "services have not yet been read at least once, cannot construct envvars");
        }
        Boolean links = pod.getSpec().getEnableServiceLinks();
        Map<String, String> fromServices = new LinkedHashMap<>();
        ServiceVariables.of(services, pod.getMetadata().getNamespace(), links == null || links)
                .forEach((name, value) -> fromServices.put(name, Environment.latin1(value)));

        ReferencedObjects referenced =
                new ReferencedObjects(objects, pod.getMetadata().getNamespace());
        Map<String, String> values = new LinkedHashMap<>();
        for (EnvFromSource source : container.spec().getEnvFrom()) {
            addAll(values, source, referenced);
        }
        ValueSources sources =
                new ValueSources(pod, container.spec(), node, podIps, referenced, volumes, files);
        for (EnvVar variable : container.spec().getEnv()) {
            value(variable, sources, values, fromServices)
                    .ifPresent(value -> values.put(variable.getName(), value));
        }
        fromServices.forEach(values::putIfAbsent);
        return new Environment(values);
    }

    private static void addAll(
            Map<String, String> values, EnvFromSource source, ReferencedObjects referenced)
            throws ContainerConfigException {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        Optional<Map<String, String>> data = Optional.empty();
        if (source.getConfigMapRef() != null) {
            data =
                    referenced.configMap(
                            source.getConfigMapRef().getName(),
                            isSet(source.getConfigMapRef().getOptional()));
        } else if (source.getSecretRef() != null) {
            data =
                    referenced.secret(
                            source.getSecretRef().getName(),
                            isSet(source.getSecretRef().getOptional()));
        }
        data.ifPresent(all -> all.forEach((key, value) -> values.put(prefix + key, value)));
    }

    /** Empty when an optional source has nothing; then the variable is not set at all. */
    private static Optional<String> value(
            EnvVar variable,
            ValueSources sources,
            Map<String, String> values,
            Map<String, String> fromServices)
            throws ContainerConfigException {
        String literal = variable.getValue();
        if (literal != null && !literal.isEmpty()) {
            return Optional.of(
                    Expansion.expand(
                            Environment.latin1(literal),
                            name -> {
                                String known = values.getOrDefault(name, fromServices.get(name));
                                return known == null ? Expansion.reference(name) : known;
                            }));
        }
        return variable.getValueFrom() == null
                ? Optional.of("")
                : sources.value(variable.getValueFrom());
    }

    static boolean isSet(Boolean flag) {
        return flag != null && flag;
    }
}
