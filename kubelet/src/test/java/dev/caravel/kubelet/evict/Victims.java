package dev.caravel.kubelet.evict;

import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Pods and what they use, for tests. */
final class Victims {
    private Victims() {}

    static DesiredPod pod(String name, int priority, Map<String, String> requests) {
        return of(builder(name, priority, requests));
    }

    static DesiredPod of(PodBuilder builder) {
        Pod pod = builder.build();
        return new DesiredPod(PodRef.of(pod), PodSource.API, pod, Instant.EPOCH);
    }

    static PodBuilder builder(String name, int priority, Map<String, String> requests) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid(name)
                .endMetadata()
                .withNewSpec()
                .withPriority(priority)
                .withTerminationGracePeriodSeconds(30L)
                .addNewContainer()
                .withName("c")
                .withResources(
                        new ResourceRequirementsBuilder().withRequests(amounts(requests)).build())
                .endContainer()
                .endSpec();
    }

    static Map<String, Quantity> amounts(Map<String, String> texts) {
        Map<String, Quantity> amounts = new HashMap<>();
        texts.forEach((name, text) -> amounts.put(name, new Quantity(text)));
        return amounts;
    }

    static PodUsage memory(long bytes) {
        return new PodUsage(
                bytes,
                1,
                Map.of(
                        "c",
                        new PodUsage.Container(
                                bytes, PodUsage.Disk.NOTHING, PodUsage.Disk.NOTHING)),
                Map.of());
    }

    static PodUsage disk(long rootfs, long logs, long volume) {
        return new PodUsage(
                0,
                1,
                Map.of(
                        "c",
                        new PodUsage.Container(
                                0,
                                new PodUsage.Disk(rootfs, rootfs / 10),
                                new PodUsage.Disk(logs, logs / 10))),
                Map.of("scratch", new PodUsage.Disk(volume, volume / 10)));
    }

    static PodUsage tasks(long count) {
        return new PodUsage(0, count, Map.of(), Map.of());
    }
}
