package dev.caravel.kubelet.allocation;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Texts of the events about resizes: a few words, then what it is about as JSON. */
final class ResizeMessages {
    private ResizeMessages() {}

    static String started(Pod pod, long generation) {
        return message("Pod resize started", pod, generation, "");
    }

    static String completed(Pod pod, long generation) {
        return message("Pod resize completed", pod, generation, "");
    }

    static String error(Pod pod, long generation, String why) {
        return message("Pod resize error", pod, generation, why);
    }

    static String pending(Pod pod, long generation, String reason, String why) {
        return message("Pod resize " + reason, pod, generation, why);
    }

    private static String message(String words, Pod pod, long generation, String error) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        put(json, "initContainers", pod.getSpec().getInitContainers());
        put(json, "containers", pod.getSpec().getContainers());
        json.put("generation", generation);
        if (!error.isEmpty()) {
            json.put("error", error);
        }
        return words + ": " + json;
    }

    private static void put(ObjectNode json, String field, List<Container> containers) {
        if (containers.isEmpty()) {
            return;
        }
        ArrayNode list = json.putArray(field);
        for (Container c : containers) {
            ObjectNode one = list.addObject();
            one.put("name", c.getName());
            one.set(
                    "resources",
                    ResourceJson.of(
                            Optional.ofNullable(c.getResources()).orElse(PodAllocation.NOTHING)));
        }
    }
}
