package dev.caravel.kubelet.source;

import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a manifest the pod that runs here: identity, what the API server would have defaulted, what
 * it would have refused (contract §5.2). Pure.
 */
public final class StaticPods {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int NODE_CRITICAL = 2_000_001_000;
    private static final String NODE_CRITICAL_CLASS = "system-node-critical";

    private final String nodeName;
    private final boolean localObjects;

    /**
     * @param localObjects whether ConfigMaps and Secrets come from local files (standalone mode),
     *     so that static pods may name them
     */
    public StaticPods(String nodeName, boolean localObjects) {
        this.nodeName = nodeName;
        this.localObjects = localObjects;
    }

    /** Whether a file holds no pod but what pods may name; others read it (standalone mode). */
    boolean isLocalObject(ManifestDocument document) {
        String kind = text(document.root(), "kind");
        return localObjects
                && text(document.root(), "apiVersion").equals("v1")
                && (kind.equals("ConfigMap") || kind.equals("Secret"));
    }

    /** The pod of a manifest file. */
    Pod fromFile(ManifestDocument document) throws ManifestException {
        Pod pod = read(document, List.of("host:" + nodeName, "file:" + document.name()), document);
        tolerateNodeProblems(pod);
        return checked(document, pod);
    }

    /** One pod that a URL delivered. */
    Pod fromUrl(ManifestDocument document) throws ManifestException {
        return checked(document, read(document, List.of("url:" + document.name()), document));
    }

    private Pod read(ManifestDocument document, List<String> origin, ManifestDocument places)
            throws ManifestException {
        ObjectNode root = document.root();
        kind(root, document);
        Pod pod;
        try {
            pod = MAPPER.treeToValue(root, Pod.class);
        } catch (DatabindException mismatch) {
            throw ManifestException.of(
                    places, List.of(new FieldError(path(mismatch), mismatch.getOriginalMessage())));
        } catch (JacksonException unreadable) {
            throw ManifestException.of(document.name() + ": " + unreadable.getOriginalMessage());
        }
        if (pod.getSpec() == null || pod.getMetadata() == null) {
            throw ManifestException.of(document.name() + ": a pod needs metadata and spec");
        }
        String name = pod.getMetadata().getName();
        if (name == null || name.isEmpty()) {
            throw ManifestException.of(
                    places, List.of(new FieldError("metadata.name", "is required")));
        }
        identify(pod, TreeDigest.of(root, origin.toArray(String[]::new)));
        PodDefaults.apply(pod);
        return pod;
    }

    private static void kind(JsonNode root, ManifestDocument document) throws ManifestException {
        String kind = text(root, "kind");
        String version = text(root, "apiVersion");
        if (!kind.equals("Pod") || !version.equals("v1")) {
            throw ManifestException.of(
                    document.place("kind")
                            + ": kind '"
                            + kind
                            + "' of apiVersion '"
                            + version
                            + "' is not a Pod of v1");
        }
    }

    private static String text(JsonNode root, String field) {
        JsonNode value = root.get(field);
        return value == null ? "" : value.asString();
    }

    private void identify(Pod pod, String digest) {
        ObjectMeta meta = pod.getMetadata();
        if (meta.getUid() == null || meta.getUid().isEmpty()) {
            meta.setUid(digest);
        }
        meta.setName(meta.getName() + "-" + nodeName.toLowerCase(Locale.ROOT));
        if (meta.getNamespace() == null || meta.getNamespace().isEmpty()) {
            meta.setNamespace("default");
        }
        Map<String, String> annotations = new LinkedHashMap<>();
        if (meta.getAnnotations() != null) {
            annotations.putAll(meta.getAnnotations());
        }
        annotations.put(PodSource.HASH_ANNOTATION, meta.getUid());
        meta.setAnnotations(annotations);
        pod.getSpec().setNodeName(nodeName);
        PodStatus status = new PodStatus();
        status.setPhase("Pending");
        pod.setStatus(status);
    }

    /** Node problems must not evict what the node itself runs. */
    private static void tolerateNodeProblems(Pod pod) {
        List<Toleration> tolerations = new ArrayList<>(pod.getSpec().getTolerations());
        boolean there =
                tolerations.stream()
                        .anyMatch(t ->
                                "Exists".equals(t.getOperator())
                                        && "NoExecute".equals(t.getEffect())
                                        && t.getKey() == null
                                        && t.getTolerationSeconds() == null);
        if (!there) {
            Toleration all = new Toleration();
            all.setOperator("Exists");
            all.setEffect("NoExecute");
            tolerations.add(all);
        }
        pod.getSpec().setTolerations(tolerations);
    }

    private Pod checked(ManifestDocument document, Pod pod) throws ManifestException {
        FieldErrors errors = new FieldErrors();
        try {
            PodValidation.check(pod, errors);
            ApiReferences.check(pod, localObjects, errors);
        } catch (RuntimeException notForeseen) {
            // A manifest can hold more nonsense than a check expects; it harms itself only.
            throw ManifestException.of(document.name() + ": cannot be understood: " + notForeseen);
        }
        if (!errors.all().isEmpty()) {
            throw ManifestException.of(document, errors.all());
        }
        return pod;
    }

    /** Why the priority of a static pod may not do what its author expects, or empty. */
    static Optional<String> priorityWarning(Pod pod) {
        Integer priority = pod.getSpec().getPriority();
        String name =
                pod.getSpec().getPriorityClassName() == null
                        ? ""
                        : pod.getSpec().getPriorityClassName();
        if (priority == null) {
            return name.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            "has priorityClassName '"
                                    + name
                                    + "' but no priority: the class is not looked up here, and the"
                                    + " mirror pod may be refused");
        }
        if (priority != NODE_CRITICAL || !name.equals(NODE_CRITICAL_CLASS)) {
            return Optional.of(
                    "has priority "
                            + priority
                            + " of class '"
                            + name
                            + "' rather than "
                            + NODE_CRITICAL
                            + " of "
                            + NODE_CRITICAL_CLASS
                            + ": others may try in vain to evict it, or the mirror pod may be"
                            + " refused");
        }
        return Optional.empty();
    }

    private static String path(DatabindException mismatch) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : mismatch.getPath()) {
            if (step.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.isEmpty() ? "metadata" : path.toString();
    }
}
