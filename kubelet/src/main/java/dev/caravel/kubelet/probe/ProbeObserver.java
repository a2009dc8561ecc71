package dev.caravel.kubelet.probe;

import dev.caravel.kubelet.pod.PodRef;
import java.time.Duration;

/** Hears of every probe run, for metrics. */
public interface ProbeObserver {

    void ran(PodRef pod, String container, ProbeKind kind, ProbeResult result, Duration took);

    /** The pod is gone; its series may be dropped. */
    void forgotten(PodRef pod);
}
