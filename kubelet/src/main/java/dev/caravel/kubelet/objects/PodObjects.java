package dev.caravel.kubelet.objects;

import io.fabric8.kubernetes.api.model.Pod;

/**
 * The config maps and secrets of the pods on this node, kept as long as a pod names them. Whoever
 * owns the pods tells of each before it is first prepared and after it is gone.
 */
public interface PodObjects extends ConfigObjects {

    /** A pod is new or its spec has changed. Never blocks on the API server. */
    void register(Pod pod);

    /** A pod is gone; unknown UIDs are fine. */
    void unregister(String podUid);

    /**
     * Whether changes are announced. If not, volumes see them only when they are refreshed now and
     * then.
     */
    boolean announcesChanges();
}
