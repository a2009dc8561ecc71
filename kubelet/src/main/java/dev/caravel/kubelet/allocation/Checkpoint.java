package dev.caravel.kubelet.allocation;

import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The text of {@code allocated_pods_state} and {@code actuated_pods_state} (contract §10.1), which
 * upstream's kubelet reads and writes as well: JSON in a JSON string, and the FNV-1a sum of that
 * string.
 */
final class Checkpoint {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private Checkpoint() {}

    static String write(Map<String, PodAllocation> pods) {
        ObjectNode data = JSON.createObjectNode();
        if (!pods.isEmpty()) {
            ObjectNode entries = data.putObject("entries");
            new TreeMap<>(pods).forEach((uid, pod) -> entries.set(uid, entry(pod)));
        }
        String text = data.toString();
        ObjectNode file = JSON.createObjectNode();
        file.put("data", text);
        file.put("checksum", checksum(text));
        return file.toString();
    }

    private static ObjectNode entry(PodAllocation pod) {
        ObjectNode entry = JSON.createObjectNode();
        ObjectNode containers = entry.putObject("ContainerResources");
        new TreeMap<>(pod.containers())
                .forEach((name, resources) -> containers.set(name, ResourceJson.of(resources)));
        entry.set(
                "PodLevelResources",
                pod.podLevel()
                        .<JsonNode>map(ResourceJson::of)
                        .orElse(JsonNodeFactory.instance.nullNode()));
        entry.set("EmptyDirVolumeLimits", JsonNodeFactory.instance.nullNode());
        return entry;
    }

    /**
     * Reads what {@link #write} or upstream wrote.
     *
     * @throws IllegalArgumentException when it is damaged, saying how
     */
    static Map<String, PodAllocation> read(String text) {
        try {
            JsonNode file = JSON.readTree(text);
            String data = file.path("data").asString();
            long stored = file.path("checksum").asLong(-1);
            if (stored != checksum(data)) {
                throw new IllegalArgumentException(
                        "checksum " + stored + " does not fit its data (" + checksum(data) + ")");
            }
            Map<String, PodAllocation> pods = new LinkedHashMap<>();
            JSON.readTree(data)
                    .path("entries")
                    .properties()
                    .forEach(e -> pods.put(e.getKey(), pod(e.getValue())));
            return pods;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static PodAllocation pod(JsonNode json) {
        Map<String, ResourceRequirements> containers = new LinkedHashMap<>();
        json.path("ContainerResources")
                .properties()
                .forEach(e -> containers.put(e.getKey(), ResourceJson.parse(e.getValue())));
        JsonNode podLevel = json.path("PodLevelResources");
        return new PodAllocation(
                containers,
                podLevel.isObject() ? Optional.of(ResourceJson.parse(podLevel)) : Optional.empty());
    }

    /** FNV-1a, 32 bits, of Go's dump of the string. */
    static long checksum(String data) {
        int hash = FNV_OFFSET;
        for (byte b : ("(string)" + data).getBytes(StandardCharsets.UTF_8)) {
            hash ^= b & 0xff;
            hash *= FNV_PRIME;
        }
        return Integer.toUnsignedLong(hash);
    }
}
