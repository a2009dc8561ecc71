package dev.caravel.kubelet.evict;

import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.resources.PodResources;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * In which order pods go (contract §8.4): those above their request first, then the lower priority,
 * then the one furthest above its request. A pod whose use is unknown goes before the others.
 */
final class VictimOrder {
    private static final String MEMORY = "memory";
    private static final String EPHEMERAL = "ephemeral-storage";

    private VictimOrder() {}

    /** The pods, first victim first. */
    static List<DesiredPod> of(
            List<DesiredPod> pods, Map<String, PodUsage> usages, Signal signal, DiskLayout layout) {
        return pods.stream().sorted(comparator(usages, signal, layout)).toList();
    }

    private static Comparator<DesiredPod> comparator(
            Map<String, PodUsage> usages, Signal signal, DiskLayout layout) {
        Comparator<DesiredPod> unknownFirst =
                Comparator.comparing(p -> usages.containsKey(p.ref().uid()));
        Comparator<DesiredPod> byPriority = Comparator.comparingInt(VictimOrder::priority);
        if (signal == Signal.PID) {
            return byPriority
                    .thenComparing(unknownFirst)
                    .thenComparing(most(usages, PodUsage::processes));
        }
        ToLongFunction<PodUsage> use =
                signal.isMemory() ? PodUsage::memoryBytes : disk(signal, layout);
        Function<DesiredPod, BigDecimal> above =
                p -> above(usages.get(p.ref().uid()), use, request(p.pod(), signal));
        return unknownFirst
                .thenComparing(p -> above.apply(p).signum() <= 0)
                .thenComparing(byPriority)
                .thenComparing(above, Comparator.reverseOrder());
    }

    private static Comparator<DesiredPod> most(
            Map<String, PodUsage> usages, ToLongFunction<PodUsage> use) {
        return Comparator.<DesiredPod>comparingLong(p -> use(usages.get(p.ref().uid()), use))
                .reversed();
    }

    private static long use(@Nullable PodUsage usage, ToLongFunction<PodUsage> use) {
        return usage == null ? 0 : use.applyAsLong(usage);
    }

    private static BigDecimal above(
            @Nullable PodUsage usage, ToLongFunction<PodUsage> use, BigDecimal request) {
        return BigDecimal.valueOf(use(usage, use)).subtract(request);
    }

    private static int priority(DesiredPod pod) {
        Integer priority = pod.pod().getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    private static BigDecimal request(Pod pod, Signal signal) {
        if (signal.countsInodes()) {
            return BigDecimal.ZERO;
        }
        String resource = signal.isMemory() ? MEMORY : EPHEMERAL;
        return PodResources.requests(pod).getOrDefault(resource, BigDecimal.ZERO);
    }

    /** What of a pod lies on the file system the signal is about. */
    private static ToLongFunction<PodUsage> disk(Signal signal, DiskLayout layout) {
        boolean images = signal == Signal.IMAGE_FS || signal == Signal.IMAGE_FS_INODES;
        boolean containers = signal == Signal.CONTAINER_FS || signal == Signal.CONTAINER_FS_INODES;
        boolean rootfs =
                switch (layout) {
                    case ONE -> true;
                    case IMAGES_APART -> images || containers;
                    case IMAGES_ONLY_APART -> !images;
                };
        boolean logsAndVolumes =
                switch (layout) {
                    case ONE -> true;
                    case IMAGES_APART -> !images && !containers;
                    case IMAGES_ONLY_APART -> !images;
                };
        return usage -> {
            PodUsage.Disk disk = usage.disk(rootfs, logsAndVolumes);
            return signal.countsInodes() ? disk.inodes() : disk.bytes();
        };
    }
}
