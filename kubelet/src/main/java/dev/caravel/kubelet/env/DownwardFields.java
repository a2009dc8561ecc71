package dev.caravel.kubelet.env;

import dev.caravel.kubelet.network.PodAddresses;
import dev.caravel.kubelet.resources.HugePages;
import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The downward API: what a pod may learn about itself, as text, for environment variables and for
 * volumes (contract 5.12).
 */
public final class DownwardFields {
    /** Resources whose missing limit means as much as the node has; huge pages never do. */
    private static final Set<String> DEFAULTED = Set.of("cpu", "memory", "ephemeral-storage");

    private DownwardFields() {}

    /**
     * A field for an environment variable.
     *
     * @param nodeIps addresses of the node, primary first
     * @param podIps addresses of the pod as the runtime reports them
     */
    public static String environment(
            ObjectFieldSelector field, Pod pod, List<String> nodeIps, List<String> podIps)
            throws DownwardFieldException {
        if (field.getApiVersion() != null && !field.getApiVersion().equals("v1")) {
            throw new DownwardFieldException("unsupported pod version: " + field.getApiVersion());
        }
        List<String> sorted = PodAddresses.sorted(podIps, nodeIps);
        return switch (field.getFieldPath()) {
            case "spec.nodeName", "spec.host" -> text(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" -> text(pod.getSpec().getServiceAccountName());
            case "status.hostIP" -> known(nodeIps).getFirst();
            case "status.hostIPs" -> String.join(",", known(nodeIps));
            case "status.podIP" -> sorted.isEmpty() ? "" : sorted.getFirst();
            case "status.podIPs" -> String.join(",", sorted);
            case String path when path.startsWith("metadata.") -> metadata(pod, path);
            default ->
                    throw new DownwardFieldException(
                            "field label not supported: " + field.getFieldPath());
        };
    }

    /** A field of the pod's metadata; this is all that volumes may show. */
    public static String metadata(Pod pod, String fieldPath) throws DownwardFieldException {
        Map<String, String> labels = orEmpty(pod.getMetadata().getLabels());
        Map<String, String> annotations = orEmpty(pod.getMetadata().getAnnotations());
        if (fieldPath.endsWith("']") && fieldPath.indexOf("['") > 0) {
            int bracket = fieldPath.indexOf("['");
            String key = fieldPath.substring(bracket + 2, fieldPath.length() - 2);
            return switch (fieldPath.substring(0, bracket)) {
                case "metadata.labels" -> labels.getOrDefault(key, "");
                case "metadata.annotations" -> annotations.getOrDefault(key, "");
                default ->
                        throw new DownwardFieldException(
                                "field label does not support subscript: " + fieldPath);
            };
        }
        return switch (fieldPath) {
            case "metadata.name" -> text(pod.getMetadata().getName());
            case "metadata.namespace" -> text(pod.getMetadata().getNamespace());
            case "metadata.uid" -> text(pod.getMetadata().getUid());
            case "metadata.labels" -> GoQuotedMap.format(new TreeMap<>(labels));
            case "metadata.annotations" -> GoQuotedMap.format(new TreeMap<>(annotations));
            default -> throw new DownwardFieldException("unsupported fieldPath: " + fieldPath);
        };
    }

    /**
     * A resource for an environment variable. A regular container without limit is limited by the
     * pod level, else by the node.
     *
     * @param own the container whose environment it is
     * @param allocatable what the node offers to pods
     */
    public static String environmentResource(
            ResourceFieldSelector field, Pod pod, Container own, Map<String, Quantity> allocatable)
            throws DownwardFieldException {
        Map<String, Quantity> defaults = withPodLevelLimits(pod, allocatable);
        if (field.getContainerName() == null || field.getContainerName().isEmpty()) {
            return resource(field, own, defaults);
        }
        Container named = container(pod, field.getContainerName());
        boolean regular = pod.getSpec().getContainers().contains(named);
        return resource(field, named, regular ? defaults : Map.of());
    }

    /** A resource for a volume; a container without limit is limited by the node. */
    public static String volumeResource(
            ResourceFieldSelector field, Pod pod, Map<String, Quantity> allocatable)
            throws DownwardFieldException {
        return resource(field, container(pod, text(field.getContainerName())), allocatable);
    }

    private static String resource(
            ResourceFieldSelector field, Container container, Map<String, Quantity> limitDefaults)
            throws DownwardFieldException {
        String what = text(field.getResource());
        int dot = what.indexOf('.');
        String list = dot < 0 ? "" : what.substring(0, dot);
        String name = what.substring(dot + 1);
        boolean isLimit = list.equals("limits");
        if ((!isLimit && !list.equals("requests"))
                || (!DEFAULTED.contains(name) && !HugePages.isHugePage(name))) {
            throw new DownwardFieldException("unsupported container resource : " + what);
        }
        Quantity amount = amount(container.getResources(), isLimit, name);
        if (isLimit && Quantities.isZero(amount) && DEFAULTED.contains(name)) {
            amount = limitDefaults.get(name);
        }
        Quantity divisor =
                Quantities.isZero(field.getDivisor()) ? new Quantity("1") : field.getDivisor();
        long parts =
                name.equals("cpu")
                        ? Math.ceilDiv(Quantities.milli(amount), Quantities.milli(divisor))
                        : Math.ceilDiv(Quantities.value(amount), Quantities.value(divisor));
        return Long.toString(parts);
    }

    private static @Nullable Quantity amount(
            @Nullable ResourceRequirements resources, boolean isLimit, String name) {
        if (resources == null) {
            return null;
        }
        return Quantities.get(isLimit ? resources.getLimits() : resources.getRequests(), name);
    }

    private static Map<String, Quantity> withPodLevelLimits(
            Pod pod, Map<String, Quantity> allocatable) {
        if (!PodResources.hasPodLevelLimits(pod)) {
            return allocatable;
        }
        Map<String, Quantity> defaults = new HashMap<>(allocatable);
        Map<String, Quantity> podLevel = pod.getSpec().getResources().getLimits();
        Stream.of("cpu", "memory")
                .filter(name -> !Quantities.isZero(podLevel.get(name)))
                .forEach(name -> defaults.replace(name, podLevel.get(name)));
        return defaults;
    }

    private static Container container(Pod pod, String name) throws DownwardFieldException {
        return Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream())
                .filter(c -> c.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new DownwardFieldException("container " + name + " not found"));
    }

    private static List<String> known(List<String> nodeIps) throws DownwardFieldException {
        if (nodeIps.isEmpty()) {
            throw new DownwardFieldException("host IP unknown; known addresses: []");
        }
        return nodeIps;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
