package dev.caravel.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The strategic merge patch for {@code nodes/status}: labels, annotations and status fields that
 * differ. Conditions merge by type; addresses are sent whole with a replace directive, because the
 * API type names a merge key for them that is not unique.
 */
final class NodePatch {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String DIRECTIVE = "$patch";
    private static final String CONDITIONS = "conditions";
    private static final String ADDRESSES = "addresses";

    private NodePatch() {}

    /** The patch that makes {@code before} into {@code after}, or empty when nothing differs. */
    static Optional<String> between(Node before, Node after) {
        ObjectNode patch = JSON.objectNode();
        ObjectNode metadata = metadata(before.getMetadata(), after.getMetadata());
        if (!metadata.isEmpty()) {
            patch.set("metadata", metadata);
        }
        ObjectNode status = status(before.getStatus(), after.getStatus());
        if (!status.isEmpty()) {
            patch.set("status", status);
        }
        return patch.isEmpty() ? Optional.empty() : Optional.of(patch.toString());
    }

    /** The same for the parts of the status that {@code after} names; what it omits stays. */
    static Optional<String> parts(Node before, Node after) {
        ObjectNode patch = JSON.objectNode();
        ObjectNode metadata = metadata(before.getMetadata(), after.getMetadata());
        if (!metadata.isEmpty()) {
            patch.set("metadata", metadata);
        }
        ObjectNode status = JSON.objectNode();
        NodeStatus old = before.getStatus() == null ? new NodeStatus() : before.getStatus();
        map(status, "capacity", tree(old.getCapacity()), tree(after.getStatus().getCapacity()));
        map(
                status,
                "allocatable",
                tree(old.getAllocatable()),
                tree(after.getStatus().getAllocatable()));
        if (!status.isEmpty()) {
            patch.set("status", status);
        }
        return patch.isEmpty() ? Optional.empty() : Optional.of(patch.toString());
    }

    private static ObjectNode metadata(ObjectMeta before, ObjectMeta after) {
        ObjectNode metadata = JSON.objectNode();
        map(metadata, "labels", tree(before.getLabels()), tree(after.getLabels()));
        map(metadata, "annotations", tree(before.getAnnotations()), tree(after.getAnnotations()));
        return metadata;
    }

    private static ObjectNode status(@Nullable NodeStatus before, NodeStatus after) {
        ObjectNode old = tree(before == null ? new NodeStatus() : before);
        ObjectNode now = tree(after);
        ObjectNode changes = JSON.objectNode();
        conditions(changes, old.remove(CONDITIONS), now.remove(CONDITIONS));
        addresses(changes, old.remove(ADDRESSES), now.remove(ADDRESSES));
        fields(changes, old, now);
        return changes;
    }

    private static void map(ObjectNode parent, String name, ObjectNode before, ObjectNode after) {
        ObjectNode changes = JSON.objectNode();
        fields(changes, before, after);
        if (!changes.isEmpty()) {
            parent.set(name, changes);
        }
    }

    private static void fields(ObjectNode changes, ObjectNode before, ObjectNode after) {
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            JsonNode old = before.get(field.getKey());
            JsonNode now = field.getValue();
            if (now.equals(old)) {
                continue;
            }
            if (old instanceof ObjectNode was && now instanceof ObjectNode is) {
                map(changes, field.getKey(), was, is);
            } else {
                changes.set(field.getKey(), now);
            }
        }
        for (Map.Entry<String, JsonNode> field : before.properties()) {
            if (!after.has(field.getKey())) {
                changes.putNull(field.getKey());
            }
        }
    }

    private static void conditions(
            ObjectNode changes, @Nullable JsonNode before, @Nullable JsonNode after) {
        if (after == null || after.equals(before)) {
            return;
        }
        ArrayNode order = JSON.arrayNode();
        ArrayNode changed = JSON.arrayNode();
        for (JsonNode condition : after) {
            String type = condition.get("type").asString();
            order.addObject().put("type", type);
            ObjectNode difference = JSON.objectNode();
            fields(difference, byType(before, type), (ObjectNode) condition);
            if (!difference.isEmpty()) {
                difference.put("type", type);
                changed.add(difference);
            }
        }
        changes.set("$setElementOrder/" + CONDITIONS, order);
        changes.set(CONDITIONS, changed);
    }

    private static ObjectNode byType(@Nullable JsonNode conditions, String type) {
        if (conditions != null) {
            for (JsonNode condition : conditions) {
                if (type.equals(condition.get("type").asString())) {
                    return (ObjectNode) condition;
                }
            }
        }
        return JSON.objectNode();
    }

    private static void addresses(
            ObjectNode changes, @Nullable JsonNode before, @Nullable JsonNode after) {
        if (after == null || after.equals(before)) {
            return;
        }
        ArrayNode whole = ((ArrayNode) after).deepCopy();
        if (before != null) {
            whole.addObject().put(DIRECTIVE, "replace");
        }
        changes.set(ADDRESSES, whole);
    }

    private static ObjectNode tree(@Nullable Object value) {
        return value == null ? JSON.objectNode() : (ObjectNode) MAPPER.valueToTree(value);
    }
}
