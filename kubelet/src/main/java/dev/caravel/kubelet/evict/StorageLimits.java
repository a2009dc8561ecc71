package dev.caravel.kubelet.evict;

import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pod that uses more local storage than it may goes, however much the node has left (contract
 * §8.4): an emptyDir above its size limit, the pod above its limits together, a container above its
 * own.
 */
final class StorageLimits {
    private static final String EPHEMERAL = "ephemeral-storage";

    private StorageLimits() {}

    /** Whether the pod has any such limit, and so has to be measured at all. */
    static boolean any(Pod pod) {
        return pod.getSpec().getVolumes().stream().anyMatch(v -> sizeLimit(v) != null)
                || PodResources.limits(pod).containsKey(EPHEMERAL)
                || Stream.concat(
                                pod.getSpec().getContainers().stream(),
                                pod.getSpec().getInitContainers().stream())
                        .anyMatch(c -> limit(c) != null);
    }

    /** What the pod is evicted for, or empty while it keeps its limits. */
    static Optional<Eviction> broken(Pod pod, PodUsage usage, DiskLayout layout) {
        for (Volume volume : pod.getSpec().getVolumes()) {
            Quantity limit = sizeLimit(volume);
            PodUsage.Disk used = usage.volumes().get(volume.getName());
            if (limit != null && used != null && exceeds(used.bytes(), limit)) {
                return eviction(
                        "emptydirfs.limit",
                        "Usage of EmptyDir volume \""
                                + volume.getName()
                                + "\" exceeds the limit \""
                                + limit
                                + "\". ");
            }
        }
        BigDecimal ofPod = PodResources.limits(pod).get(EPHEMERAL);
        if (ofPod != null && BigDecimal.valueOf(usage.ephemeral().bytes()).compareTo(ofPod) > 0) {
            return eviction(
                    "ephemeralpodfs.limit",
                    "Pod ephemeral local storage usage exceeds the total limit of containers "
                            + dev.caravel.config.Quantity.ofBytes(Quantities.value(ofPod))
                            + ". ");
        }
        return Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream()
                                .filter(c -> "Always".equals(c.getRestartPolicy())))
                .flatMap(c -> broken(c, usage.containers(), layout).stream())
                .findFirst();
    }

    private static Optional<Eviction> broken(
            Container container, Map<String, PodUsage.Container> usages, DiskLayout layout) {
        Quantity limit = limit(container);
        PodUsage.Container usage = usages.get(container.getName());
        if (limit == null || usage == null) {
            return Optional.empty();
        }
        long used = usage.logs().bytes();
        if (layout == DiskLayout.ONE) {
            used += usage.rootfs().bytes();
        }
        return exceeds(used, limit)
                ? eviction(
                        "ephemeralcontainerfs.limit",
                        "Container "
                                + container.getName()
                                + " exceeded its local ephemeral storage limit \""
                                + limit
                                + "\". ")
                : Optional.empty();
    }

    private static Optional<Eviction> eviction(String signal, String message) {
        return Optional.of(new Eviction(message, Map.of(), false, signal));
    }

    private static boolean exceeds(long used, Quantity limit) {
        return BigDecimal.valueOf(used).compareTo(Quantities.exact(limit)) > 0;
    }

    private static @Nullable Quantity sizeLimit(Volume volume) {
        Quantity limit = volume.getEmptyDir() == null ? null : volume.getEmptyDir().getSizeLimit();
        return limit == null || Quantities.isZero(limit) ? null : limit;
    }

    private static @Nullable Quantity limit(Container container) {
        if (container.getResources() == null || container.getResources().getLimits() == null) {
            return null;
        }
        Quantity limit = container.getResources().getLimits().get(EPHEMERAL);
        return limit == null || Quantities.isZero(limit) ? null : limit;
    }
}
