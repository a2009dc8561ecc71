package dev.caravel.kubelet.resources;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;

/** Requests and limits of one container as maps that are never missing. */
record ContainerAmounts(Map<String, Quantity> requests, Map<String, Quantity> limits) {

    static ContainerAmounts of(Container container) {
        ResourceRequirements resources = container.getResources();
        if (resources == null) {
            return new ContainerAmounts(Map.of(), Map.of());
        }
        return new ContainerAmounts(
                resources.getRequests() == null ? Map.of() : resources.getRequests(),
                resources.getLimits() == null ? Map.of() : resources.getLimits());
    }

    long memoryRequest() {
        return Quantities.value(requests.get("memory"));
    }

    long memoryLimit() {
        return Quantities.value(limits.get("memory"));
    }
}
