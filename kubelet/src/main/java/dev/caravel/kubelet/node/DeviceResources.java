package dev.caravel.kubelet.node;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Set;

/**
 * Extended resources that device plugins bring (contract §8.3).
 *
 * @param capacity all devices by resource
 * @param allocatable the healthy ones by resource
 * @param removed resources whose plugin is gone for good; they are shown with capacity 0
 */
public record DeviceResources(
        Map<String, Quantity> capacity, Map<String, Quantity> allocatable, Set<String> removed) {

    /** No device plugins. */
    public static final DeviceResources NONE = new DeviceResources(Map.of(), Map.of(), Set.of());

    public DeviceResources {
        capacity = Map.copyOf(capacity);
        allocatable = Map.copyOf(allocatable);
        removed = Set.copyOf(removed);
    }
}
