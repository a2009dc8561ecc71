package dev.caravel.kubelet.evict;

import java.util.Map;

/** Measures the node. Asked every ten seconds, so it must be cheap. */
public interface NodeSignals {

    /** Every signal that can be told now; others are left out. */
    Map<Signal, Observation> measure();

    /** Where images and writable layers lie; does not change while the node runs. */
    DiskLayout layout();
}
