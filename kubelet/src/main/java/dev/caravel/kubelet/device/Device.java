package dev.caravel.kubelet.device;

import java.util.List;

/**
 * A device as its plugin lists it.
 *
 * @param id unique within the resource
 * @param healthy whether pods may get it
 * @param numaNodes where it is; empty when the plugin does not say
 */
public record Device(String id, boolean healthy, List<Long> numaNodes) {
    public Device {
        numaNodes = List.copyOf(numaNodes);
    }
}
