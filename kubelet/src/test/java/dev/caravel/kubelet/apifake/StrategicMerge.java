package dev.caravel.kubelet.apifake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strategic merge patches as the API server applies them, for the list fields that pods and nodes
 * have in their status and metadata.
 */
final class StrategicMerge {
    private static final Map<String, String> MERGE_KEYS =
            Map.of(
                    "conditions", "type",
                    "podIPs", "ip",
                    "hostIPs", "ip",
                    "addresses", "type",
                    "ownerReferences", "uid",
                    "taints", "key");
    private static final String DIRECTIVE = "$patch";
    private static final String ORDER = "$setElementOrder/";

    private StrategicMerge() {}

    /** Applies {@code patch} to {@code target} in place. */
    static void apply(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals(DIRECTIVE)) {
                continue;
            }
            if (name.startsWith(ORDER)) {
                continue;
            }
            if (value.isNull()) {
                target.remove(name);
            } else if (value instanceof ObjectNode object) {
                applyObject(target, name, object);
            } else if (value instanceof ArrayNode array && MERGE_KEYS.containsKey(name)) {
                JsonNode order = patch.get(ORDER + name);
                target.set(name, merge(target.get(name), array, order, key(name)));
            } else {
                target.set(name, value);
            }
        }
    }

    private static void applyObject(ObjectNode target, String name, ObjectNode object) {
        JsonNode directive = object.get(DIRECTIVE);
        boolean replace = directive != null && directive.asString().equals("replace");
        ObjectNode into =
                !replace && target.get(name) instanceof ObjectNode existing
                        ? existing
                        : target.putObject(name);
        apply(into, object);
    }

    private static String key(String list) {
        String key = MERGE_KEYS.get(list);
        if (key == null) {
            throw new IllegalArgumentException(list + " is no merged list");
        }
        return key;
    }

    private static ArrayNode merge(
            @Nullable JsonNode existing, ArrayNode changes, @Nullable JsonNode order, String key) {
        List<ObjectNode> result = new ArrayList<>();
        boolean replace = false;
        for (JsonNode change : changes) {
            JsonNode directive = change.get(DIRECTIVE);
            replace |= directive != null && directive.asString().equals("replace");
        }
        if (existing != null && !replace) {
            existing.forEach(e -> result.add((ObjectNode) e));
        }
        for (JsonNode change : changes) {
            JsonNode directive = change.get(DIRECTIVE);
            if (directive != null && directive.asString().equals("replace")) {
                continue;
            }
            if (!change.has(key)) {
                throw new IllegalArgumentException("element without merge key " + key);
            }
            String id = change.get(key).asString();
            if (directive != null) {
                result.removeIf(e -> e.get(key).asString().equals(id));
                continue;
            }
            ObjectNode element = replace ? null : find(result, key, id);
            if (element == null) {
                element = changes.objectNode();
                result.add(element);
            }
            apply(element, (ObjectNode) change);
        }
        if (order != null) {
            sort(result, order, key);
        }
        ArrayNode merged = changes.arrayNode();
        result.forEach(merged::add);
        return merged;
    }

    private static void sort(List<ObjectNode> elements, JsonNode order, String key) {
        List<String> ids = new ArrayList<>();
        order.forEach(o -> ids.add(o.get(key).asString()));
        elements.sort((a, b) ->
                Integer.compare(
                        place(ids, a.get(key).asString()), place(ids, b.get(key).asString())));
    }

    private static int place(List<String> ids, String id) {
        int at = ids.indexOf(id);
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    private static @Nullable ObjectNode find(List<ObjectNode> elements, String key, String id) {
        return elements.stream()
                .filter(e -> e.get(key).asString().equals(id))
                .findFirst()
                .orElse(null);
    }
}
