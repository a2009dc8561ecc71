package dev.caravel.kubelet.source;

import dev.caravel.config.Complaint;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.YamlReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads manifests, YAML or JSON, in the dialect of the Go agents and within limits. */
final class ManifestReader {
    /** Largest manifest, bytes (contract §5.2). */
    static final int LARGEST = 10 << 20;

    private static final YamlReader.Limits LIMITS = new YamlReader.Limits(LARGEST, 500_000);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, String> places = new HashMap<>();

    private ManifestReader() {}

    /**
     * Reads one document; the first, if there are several.
     *
     * @param name what it is called in messages: a file or a URL
     * @param bytes at most {@link #LARGEST}
     */
    static ManifestDocument read(String name, byte[] bytes) throws ManifestException {
        String text = text(name, bytes);
        return switch (YamlReader.read(name, text, LIMITS)) {
            case YamlReader.Outcome.Unreadable u ->
                    throw ManifestException.of(u.complaint().toString());
            case YamlReader.Outcome.Document d -> {
                if (!d.duplicates().isEmpty()) {
                    throw ManifestException.of(joined(d.duplicates()));
                }
                ManifestReader reader = new ManifestReader();
                ObjectNode root = reader.object(d.root(), "");
                yield new ManifestDocument(name, root, Map.copyOf(reader.places));
            }
        };
    }

    /** The items of a PodList, each as a document of its own; empty when it is no list. */
    static Optional<List<ManifestDocument>> items(ManifestDocument document) {
        JsonNode kind = document.root().get("kind");
        if (kind == null || !kind.asString().equals("PodList")) {
            return Optional.empty();
        }
        List<ManifestDocument> items = new ArrayList<>();
        JsonNode list = document.root().get("items");
        if (list instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof ObjectNode item) {
                    items.add(item(document, item, "items[" + i + "]"));
                }
            }
        }
        return Optional.of(items);
    }

    private static ManifestDocument item(ManifestDocument list, ObjectNode item, String path) {
        ObjectNode pod = item.deepCopy();
        // Items of a typed list need not repeat what the list says of them.
        if (!pod.has("kind")) {
            pod.put("kind", "Pod");
        }
        if (!pod.has("apiVersion")) {
            pod.put("apiVersion", "v1");
        }
        Map<String, String> places = new HashMap<>();
        list.places()
                .forEach((at, place) -> {
                    if (at.startsWith(path + ".")) {
                        places.put(at.substring(path.length() + 1), place);
                    }
                });
        return new ManifestDocument(list.name(), pod, Map.copyOf(places));
    }

    private static String text(String name, byte[] bytes) throws ManifestException {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            // YAML knows no tabs between values; JSON does, and has none inside its strings.
            return text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text;
        } catch (CharacterCodingException notText) {
            throw ManifestException.of(name + ": is not UTF-8 text");
        }
    }

    private static String joined(List<Complaint> complaints) {
        return String.join("; ", complaints.stream().map(Complaint::toString).toList());
    }

    private ObjectNode object(Node.Fields fields, String path) {
        ObjectNode object = JSON.objectNode();
        fields.fields()
                .forEach((name, value) -> {
                    String at = path.isEmpty() ? name : path + "." + name;
                    places.put(at, value.origin().toString());
                    // An explicit null is an absent field to the API.
                    if (!(value instanceof Node.Null)) {
                        object.set(name, json(value, at));
                    }
                });
        return object;
    }

    private JsonNode json(Node node, String path) {
        return switch (node) {
            case Node.Null _ -> JSON.objectNode();
            case Node.Bool b -> JSON.booleanNode(b.value());
            case Node.Num n -> number(n.value());
            case Node.Text t -> JSON.stringNode(t.value());
            case Node.Fields f -> object(f, path);
            case Node.Items items -> {
                ArrayNode array = JSON.arrayNode();
                for (Node item : items.items()) {
                    String at = path + "[" + array.size() + "]";
                    places.put(at, item.origin().toString());
                    array.add(json(item, at));
                }
                yield array;
            }
        };
    }

    private static JsonNode number(BigDecimal value) {
        boolean whole = value.stripTrailingZeros().scale() <= 0;
        if (!whole || value.precision() - value.scale() > 18) {
            return JSON.numberNode(value);
        }
        long number = value.longValueExact();
        // Ports and the like are only taken from nodes that are ints.
        return number == (int) number ? JSON.numberNode((int) number) : JSON.numberNode(number);
    }
}
