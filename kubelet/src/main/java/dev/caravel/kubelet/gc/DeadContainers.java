package dev.caravel.kubelet.gc;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which dead containers of a wanted pod may go: all but the newest of each name, kept for its log
 * (contract §4.11).
 */
final class DeadContainers {

    private DeadContainers() {}

    static List<ObservedContainer> removable(ObservedPod pod, int keepEach) {
        Map<String, Integer> kept = new HashMap<>();
        List<ObservedContainer> removable = new ArrayList<>();
        // Newest first, as the pod has them.
        for (ObservedContainer c : pod.containers()) {
            if (!c.hasExited()) {
                continue;
            }
            if (kept.merge(c.name(), 1, Integer::sum) > keepEach) {
                removable.add(c);
            }
        }
        return removable;
    }
}
