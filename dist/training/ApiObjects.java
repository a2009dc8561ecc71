import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The objects, by the path they have in the API, and who watches them. */
final class ApiObjects {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** An answer: code and body. */
    record Answer(int code, String body) {}

    private record Watch(String collection, String selector, Consumer<String> lines) {}

    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private long version = 1000;

    ApiObjects(String authority) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("data").put("ca.crt", authority);
        add("/api/v1/namespaces/default/configmaps", named(root, "kube-root-ca.crt"));
        ObjectNode settings = JSON.createObjectNode();
        settings.putObject("data").put("COLOUR", "blue").put("page.html", "<p>training</p>");
        add("/api/v1/namespaces/default/configmaps", named(settings, "settings"));
        ObjectNode secret = JSON.createObjectNode();
        secret.put("type", "Opaque");
        secret.putObject("data")
                .put("key", Base64.getEncoder().encodeToString("secret".getBytes()));
        add("/api/v1/namespaces/default/secrets", named(secret, "secret"));
        ObjectNode service = JSON.createObjectNode();
        service.putObject("spec")
                .put("clusterIP", "10.96.0.1")
                .put("type", "ClusterIP")
                .putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", 443)
                .put("protocol", "TCP");
        add("/api/v1/namespaces/default/services", named(service, "kubernetes"));
        add(
                "/api/v1/namespaces/default/serviceaccounts",
                named(JSON.createObjectNode(), "default"));
    }

    private static ObjectNode named(ObjectNode object, String name) {
        object.putObject("metadata").put("name", name).put("namespace", "default");
        return object;
    }

    /** Creates an object as a user would; it gets what an API server gives it. */
    synchronized ObjectNode add(String collection, JsonNode given) {
        ObjectNode object = (ObjectNode) given.deepCopy();
        ObjectNode metadata = (ObjectNode) object.withObject("/metadata");
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put(
                "creationTimestamp",
                Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString());
        String name =
                metadata.path("name")
                        .asString(metadata.path("generateName").asString("x") + version);
        metadata.put("name", name);
        put(collection + "/" + name, object, "ADDED");
        return object;
    }

    ObjectNode read(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    synchronized Optional<ObjectNode> get(String path) {
        return Optional.ofNullable(objects.get(path)).map(ObjectNode::deepCopy);
    }

    /** How often a path was asked for with a method. */
    synchronized int asked(String methodAndPath) {
        return asked.getOrDefault(methodAndPath, 0);
    }

    /** Marks a pod for deletion, as DELETE with a grace period does. */
    synchronized void markDeleted(String path, int graceSeconds) {
        ObjectNode pod = objects.get(path).deepCopy();
        ((ObjectNode) pod.withObject("/metadata"))
                .put(
                        "deletionTimestamp",
                        Instant.now()
                                .plusSeconds(graceSeconds)
                                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                .toString())
                .put("deletionGracePeriodSeconds", graceSeconds);
        put(path, pod, "MODIFIED");
    }

    private void put(String path, ObjectNode object, String event) {
        ((ObjectNode) object.withObject("/metadata"))
                .put("resourceVersion", Long.toString(++version));
        objects.put(path, object);
        tell(path, object, event);
    }

    private void tell(String path, ObjectNode object, String event) {
        ObjectNode line = JSON.createObjectNode().put("type", event);
        line.set("object", object);
        String text = line + "\n";
        watches.stream()
                .filter(w -> shows(w.collection, w.selector, path))
                .forEach(w -> w.lines.accept(text));
    }

    /** Whether a list or watch of {@code collection} has the object at {@code path}. */
    private static boolean shows(String collection, String selector, String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (selector.startsWith("metadata.name=") && !selector.equals("metadata.name=" + name)) {
            return false;
        }
        String of = path.substring(0, path.lastIndexOf('/'));
        return of.equals(collection)
                || of.replaceFirst("/namespaces/[^/]+(/)", "$1").equals(collection);
    }

    /** Begins a watch; nothing that was there before is told. */
    synchronized void watch(String collection, String selector, Consumer<String> lines) {
        watches.add(new Watch(collection, selector, lines));
    }

    /** Answers everything but watches. */
    synchronized Answer answer(String method, String path, String selector, String body) {
        asked.merge(method + " " + path, 1, Integer::sum);
        return switch (method) {
            case "GET" -> read(path, selector);
            case "POST" -> create(path, (ObjectNode) JSON.readTree(body));
            case "PUT", "PATCH" ->
                    change(path, (ObjectNode) JSON.readTree(body), method.equals("PUT"));
            case "DELETE" -> remove(path);
            default -> status(405, "MethodNotAllowed");
        };
    }

    private Answer read(String path, String selector) {
        if (objects.containsKey(path)) {
            return new Answer(200, objects.get(path).toString());
        }
        String last = path.substring(path.lastIndexOf('/') + 1);
        boolean list =
                objects.keySet().stream().anyMatch(p -> shows(path, "", p))
                        || path.equals("/api/v1/" + last)
                        || path.endsWith(".k8s.io/v1/" + last);
        if (!list) {
            return status(404, "NotFound");
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("metadata").put("resourceVersion", Long.toString(version));
        ArrayNode items = answer.putArray("items");
        objects.forEach((at, object) -> {
            if (shows(path, selector, at)) {
                items.add(object);
            }
        });
        return new Answer(200, answer.toString());
    }

    private Answer create(String path, ObjectNode object) {
        if (path.endsWith("/tokenreviews")) {
            object.putObject("status")
                    .put("authenticated", true)
                    .putObject("user")
                    .put("username", "visitor");
            return new Answer(201, object.toString());
        }
        if (path.endsWith("/subjectaccessreviews")) {
            object.putObject("status").put("allowed", true);
            return new Answer(201, object.toString());
        }
        if (path.endsWith("/token")) {
            object.putObject("status")
                    .put("token", "training")
                    .put(
                            "expirationTimestamp",
                            Instant.now()
                                    .plusSeconds(3600)
                                    .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                    .toString());
            return new Answer(201, object.toString());
        }
        return new Answer(201, add(path, object).toString());
    }

    private Answer change(String path, ObjectNode patch, boolean whole) {
        String at =
                path.endsWith("/status")
                        ? path.substring(0, path.length() - "/status".length())
                        : path;
        ObjectNode old = objects.get(at);
        if (old == null) {
            return status(404, "NotFound");
        }
        ObjectNode now = whole ? patch : old.deepCopy();
        if (!whole) {
            merge(now, patch);
        }
        put(at, now, "MODIFIED");
        return new Answer(200, now.toString());
    }

    private Answer remove(String path) {
        ObjectNode gone = objects.remove(path);
        if (gone == null) {
            return status(404, "NotFound");
        }
        tell(path, gone, "DELETED");
        return new Answer(200, gone.toString());
    }

    /** A strategic merge, as far as the kubelet's patches of statuses go. */
    private static void merge(ObjectNode into, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode now = into.get(name);
            if (name.startsWith("$")) {
                continue;
            }
            if (field.getValue().isNull()) {
                into.remove(name);
            } else if (now instanceof ObjectNode old
                    && field.getValue() instanceof ObjectNode change) {
                merge(old, change);
            } else if (now instanceof ArrayNode old
                    && field.getValue() instanceof ArrayNode change) {
                into.set(name, mergeByType(old, change));
            } else {
                into.set(name, field.getValue());
            }
        }
    }

    private static ArrayNode mergeByType(ArrayNode old, ArrayNode change) {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        for (ArrayNode list : List.of(old, change)) {
            for (JsonNode item : list) {
                if (!item.has("type")) {
                    return change;
                }
                all.put(item.path("type").asString() + item.path("address").asString(""), item);
            }
        }
        return JSON.createArrayNode().addAll(all.values());
    }

    private static Answer status(int code, String reason) {
        return new Answer(
                code,
                JSON.createObjectNode()
                        .put("kind", "Status")
                        .put("apiVersion", "v1")
                        .put("status", "Failure")
                        .put("reason", reason)
                        .put("code", code)
                        .toString());
    }
}
