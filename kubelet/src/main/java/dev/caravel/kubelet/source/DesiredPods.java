package dev.caravel.kubelet.source;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Stamps a pod that a source just read with where it came from and since when it is known. */
final class DesiredPods {
    private final PodStore store;
    private final Ticks ticks;

    DesiredPods(PodStore store, Ticks ticks) {
        this.store = store;
        this.ticks = ticks;
    }

    /** Changes the annotations of {@code pod}, which nobody else may have yet. */
    DesiredPod of(Pod pod, PodSource source) {
        String uid = pod.getMetadata().getUid();
        Instant firstSeen =
                store.get(uid)
                        .filter(known -> known.source() == source)
                        .map(DesiredPod::firstSeen)
                        .orElseGet(ticks::now);
        Map<String, String> annotations = new LinkedHashMap<>();
        if (pod.getMetadata().getAnnotations() != null) {
            annotations.putAll(pod.getMetadata().getAnnotations());
        }
        annotations.put(PodSource.SOURCE_ANNOTATION, source.text());
        annotations.put(PodSource.SEEN_ANNOTATION, firstSeen.toString());
        pod.getMetadata().setAnnotations(annotations);
        return new DesiredPod(PodRef.of(pod), source, pod, firstSeen);
    }
}
