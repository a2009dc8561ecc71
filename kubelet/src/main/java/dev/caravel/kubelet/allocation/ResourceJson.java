package dev.caravel.kubelet.allocation;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Resource requirements in the API's JSON, fields and names in the order Go writes them. */
final class ResourceJson {
    private ResourceJson() {}

    static ObjectNode of(ResourceRequirements resources) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        put(out, "limits", resources.getLimits());
        put(out, "requests", resources.getRequests());
        return out;
    }

    private static void put(ObjectNode out, String field, @Nullable Map<String, Quantity> list) {
        if (list == null || list.isEmpty()) {
            return;
        }
        ObjectNode amounts = out.putObject(field);
        new TreeMap<>(list).forEach((name, amount) -> amounts.put(name, amount.toString()));
    }

    /**
     * The other way.
     *
     * @throws IllegalArgumentException when an amount is no quantity
     */
    static ResourceRequirements parse(JsonNode json) {
        ResourceRequirements resources = new ResourceRequirements();
        resources.setLimits(list(json.path("limits")));
        resources.setRequests(list(json.path("requests")));
        return resources;
    }

    private static Map<String, Quantity> list(JsonNode json) {
        Map<String, Quantity> list = new LinkedHashMap<>();
        json.properties()
                .forEach(e -> {
                    Quantity amount = Quantity.parse(e.getValue().asString());
                    // Looked at once here, so that nonsense is found while the file is read.
                    amount.getNumericalAmount();
                    list.put(e.getKey(), amount);
                });
        return list;
    }
}
