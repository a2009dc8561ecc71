package dev.caravel.kubelet.probe;

import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.pod.DesiredPod;
import java.util.Map;

/**
 * The probes of all pods. A pod's worker tells it what runs; it pokes the worker when a verdict
 * changes.
 */
public interface Probes {

    /**
     * Starts probing containers that run, stops probing those that no longer do. Cheap when nothing
     * changed; called by the pod's worker after each look at the runtime.
     *
     * @param terminating liveness and startup probes end here, readiness goes on until the
     *     container stops
     */
    void follow(DesiredPod pod, ObservedPod observed, boolean terminating);

    /** The newest verdict by container name, for containers that {@link #follow} was told about. */
    Map<String, ProbeVerdict> verdicts(String uid);

    /** Ends all probes of the pod. */
    void forget(String uid);
}
