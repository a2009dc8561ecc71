package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.pod.DesiredPod;

/** Hears once per pod start how long each step took. */
public interface StartTimelines {

    /**
     * All containers of the pod have started and are ready. Called on the pod's thread; must not
     * block.
     */
    void ready(DesiredPod pod, Timeline timeline);
}
