package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for any pod before its names become folders, cgroups and labels here, whoever
 * vouched for it. The API server checks more; this guards against one that did not.
 */
final class PodSanity {
    /** More containers than fit into one API object of 1.5 MB in any useful form. */
    private static final int MOST_CONTAINERS = 10_000;

    private PodSanity() {}

    static List<FieldError> check(Pod pod) {
        FieldErrors errors = new FieldErrors();
        identity(pod.getMetadata(), errors);
        PodSpec spec = pod.getSpec();
        if (spec == null || spec.getContainers() == null || spec.getContainers().isEmpty()) {
            errors.add("spec.containers", "is required");
            return errors.all();
        }
        int count =
                spec.getContainers().size()
                        + spec.getInitContainers().size()
                        + spec.getEphemeralContainers().size();
        if (count > MOST_CONTAINERS) {
            errors.add("spec.containers", count + " containers are too many for one pod");
            return errors.all();
        }
        Set<String> names = new HashSet<>();
        spec.getContainers().forEach(c -> name(c.getName(), names, "spec.containers", errors));
        spec.getInitContainers()
                .forEach(c -> name(c.getName(), names, "spec.initContainers", errors));
        spec.getEphemeralContainers()
                .forEach(c -> name(c.getName(), names, "spec.ephemeralContainers", errors));
        Set<String> volumes = new HashSet<>();
        for (Volume volume : spec.getVolumes()) {
            name(volume.getName(), volumes, "spec.volumes", errors);
        }
        return errors.all();
    }

    private static void identity(@Nullable ObjectMeta meta, FieldErrors errors) {
        if (meta == null) {
            errors.add("metadata", "is required");
            return;
        }
        errors.check(
                Rfc1123.isUid(meta.getUid()),
                "metadata.uid",
                "is '" + meta.getUid() + "', cannot be used as a folder name");
        errors.check(
                Rfc1123.isSubdomain(meta.getName()),
                "metadata.name",
                "is '" + meta.getName() + "', must be a DNS subdomain name");
        errors.label(meta.getNamespace(), "metadata.namespace");
    }

    private static void name(
            @Nullable String name, Set<String> names, String list, FieldErrors errors) {
        if (!Rfc1123.isLabel(name)) {
            errors.label(name, list + "[].name");
        } else if (!names.add(name)) {
            errors.add(list + "[].name", "'" + name + "' appears twice");
        }
    }
}
