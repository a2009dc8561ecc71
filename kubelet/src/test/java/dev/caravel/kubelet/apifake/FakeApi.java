package dev.caravel.kubelet.apifake;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API server's storage for a test: versions grow, status subresources change only the status,
 * UID preconditions and stale updates are refused, deletion with grace waits for a second one.
 */
public final class FakeApi implements ApiRequests {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> SUBRESOURCES = List.of("/status");

    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final List<String> calls = new ArrayList<>();
    private final Deque<IOException> failures = new ArrayDeque<>();
    private long version = 100;
    private long uids;

    /** Puts an object at {@code path} as if someone else had made it. */
    public synchronized <T extends HasMetadata> T seed(String path, T object) {
        ObjectNode node = MAPPER.valueToTree(object);
        if (object.getMetadata().getUid() == null) {
            metadata(node).put("uid", "uid-" + ++uids);
        }
        stamp(node);
        objects.put(path, node);
        return read(type(object), node);
    }

    /** The object at {@code path}. */
    public synchronized <T> Optional<T> at(Class<T> type, String path) {
        return Optional.ofNullable(objects.get(path)).map(o -> read(type, o));
    }

    /** Everything asked for so far, as {@code VERB path body}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    public synchronized void forgetCalls() {
        calls.clear();
    }

    /** Makes the next request end like this; several queue up. */
    public synchronized void failNext(IOException failure) {
        failures.add(failure);
    }

    /** An answer with that code and reason. */
    public static ApiException refusal(int code, String reason) {
        return new ApiException("TEST", code, reason, "on purpose", Optional.empty());
    }

    @Override
    public synchronized <T> T get(Class<T> type, String path) throws IOException {
        record("GET", path, "");
        return read(type, existing(path));
    }

    @Override
    public synchronized <T> T create(Class<T> type, String path, Object body) throws IOException {
        ObjectNode node = MAPPER.valueToTree(body);
        record("POST", path, node.toString());
        String at = path + "/" + metadata(node).get("name").asString();
        if (objects.containsKey(at)) {
            throw refusal(409, "AlreadyExists");
        }
        if (metadata(node).has("resourceVersion")) {
            throw refusal(400, "BadRequest");
        }
        metadata(node).put("uid", "uid-" + ++uids);
        stamp(node);
        objects.put(at, node);
        return read(type, node);
    }

    @Override
    public synchronized <T> T update(Class<T> type, String path, Object body) throws IOException {
        ObjectNode node = MAPPER.valueToTree(body);
        record("PUT", path, node.toString());
        ObjectNode held = existing(path);
        JsonNode sent = metadata(node).get("resourceVersion");
        if (sent != null && !sent.equals(metadata(held).get("resourceVersion"))) {
            throw refusal(409, "Conflict");
        }
        metadata(node).set("uid", metadata(held).get("uid"));
        stamp(node);
        objects.put(path, node);
        return read(type, node);
    }

    @Override
    public synchronized <T> T patch(Class<T> type, String path, PatchType patchType, String json)
            throws IOException {
        record("PATCH", path, json);
        if (patchType != PatchType.STRATEGIC_MERGE) {
            throw refusal(415, "UnsupportedMediaType");
        }
        String at = withoutSubresource(path);
        ObjectNode held = existing(at);
        ObjectNode patch = (ObjectNode) MAPPER.readTree(json);
        if (patch.get("metadata") instanceof ObjectNode meta) {
            JsonNode uid = meta.get("uid");
            if (uid != null && !uid.equals(metadata(held).get("uid"))) {
                throw refusal(409, "Conflict");
            }
        }
        ObjectNode next = held.deepCopy();
        if (at.equals(path)) {
            JsonNode status = next.get("status");
            StrategicMerge.apply(next, patch);
            if (status != null) {
                next.set("status", status);
            }
        } else {
            ObjectNode allowed = patch.deepCopy();
            allowed.retain("metadata", "status");
            StrategicMerge.apply(next, allowed);
        }
        if (!next.equals(held)) {
            stamp(next);
            objects.put(at, next);
        }
        return read(type, objects.get(at));
    }

    @Override
    public synchronized void delete(String path, String optionsJson) throws IOException {
        record("DELETE", path, optionsJson);
        ObjectNode held = existing(path);
        JsonNode options = optionsJson.isEmpty() ? null : MAPPER.readTree(optionsJson);
        if (options != null && options.has("preconditions")) {
            JsonNode uid = options.get("preconditions").get("uid");
            if (!uid.equals(metadata(held).get("uid"))) {
                throw refusal(409, "Conflict");
            }
        }
        if (options != null
                && options.has("gracePeriodSeconds")
                && options.get("gracePeriodSeconds").asInt() == 0) {
            objects.remove(path);
            return;
        }
        metadata(held).put("deletionTimestamp", "2026-01-01T00:00:30Z");
        metadata(held).put("deletionGracePeriodSeconds", 30);
        stamp(held);
    }

    @Override
    public synchronized String raw(String path) throws IOException {
        record("GET", path, "");
        return existing(path).toString();
    }

    private void record(String verb, String path, String body) throws IOException {
        calls.add(verb + " " + path + (body.isEmpty() ? "" : " " + body));
        IOException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    private ObjectNode existing(String path) throws ApiException {
        ObjectNode held = objects.get(path);
        if (held == null) {
            throw refusal(404, "NotFound");
        }
        return held;
    }

    private void stamp(ObjectNode node) {
        metadata(node).put("resourceVersion", Long.toString(++version));
    }

    private static ObjectNode metadata(ObjectNode node) {
        return node.get("metadata") instanceof ObjectNode m ? m : node.putObject("metadata");
    }

    private static String withoutSubresource(String path) {
        for (String sub : SUBRESOURCES) {
            if (path.endsWith(sub)) {
                return path.substring(0, path.length() - sub.length());
            }
        }
        return path;
    }

    private static <T> T read(Class<T> type, @Nullable ObjectNode node) {
        if (node == null) {
            throw new IllegalStateException("object vanished inside the fake");
        }
        return MAPPER.treeToValue(node, type);
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> type(T object) {
        return (Class<T>) object.getClass();
    }
}
