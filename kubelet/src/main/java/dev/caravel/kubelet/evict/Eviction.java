package dev.caravel.kubelet.evict;

import java.util.Map;

/**
 * Why a pod has to go, as people and tools read it.
 *
 * @param message for the pod's status and its event
 * @param annotations of the event
 * @param disruption whether condition DisruptionTarget is set; not for a pod that broke its own
 *     limit
 * @param signal the label of metric {@code kubelet_evictions}
 */
record Eviction(
        String message, Map<String, String> annotations, boolean disruption, String signal) {

    /** The reason in status and event. */
    static final String REASON = "Evicted";

    Eviction {
        annotations = Map.copyOf(annotations);
    }
}
