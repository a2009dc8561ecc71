package dev.caravel.kubelet.resources;

import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The quality-of-service class of a pod (contract 8.1). Only cpu and memory count; pod-level
 * resources, when present, decide alone.
 */
public final class Qos {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private Qos() {}

    /** The class in the pod's status, which never changes once set, else what its spec says. */
    public static QosClass of(Pod pod) {
        String stored = pod.getStatus() == null ? null : pod.getStatus().getQosClass();
        return parse(stored).orElseGet(() -> compute(pod));
    }

    /** What the spec alone says. */
    public static QosClass compute(Pod pod) {
        if (PodResources.hasPodLevelResources(pod)) {
            return of(pod.getSpec().getResources());
        }
        QosClass common = null;
        for (Container container :
                Stream.concat(
                                pod.getSpec().getInitContainers().stream(),
                                pod.getSpec().getContainers().stream())
                        .toList()) {
            QosClass own = of(container.getResources());
            if (own == QosClass.BURSTABLE || (common != null && common != own)) {
                return QosClass.BURSTABLE;
            }
            common = own;
        }
        return common == null ? QosClass.BEST_EFFORT : common;
    }

    /** The text of {@code status.qosClass}. */
    public static String text(QosClass qos) {
        return switch (qos) {
            case GUARANTEED -> "Guaranteed";
            case BURSTABLE -> "Burstable";
            case BEST_EFFORT -> "BestEffort";
        };
    }

    private static Optional<QosClass> parse(@Nullable String text) {
        return Stream.of(QosClass.values()).filter(q -> text(q).equals(text)).findFirst();
    }

    private static QosClass of(@Nullable ResourceRequirements resources) {
        if (resources == null) {
            return QosClass.BEST_EFFORT;
        }
        QosClass common = null;
        for (String name : COUNTED) {
            QosClass own = of(resources, name);
            if (own == QosClass.BURSTABLE || (common != null && common != own)) {
                return QosClass.BURSTABLE;
            }
            common = own;
        }
        return common == null ? QosClass.BEST_EFFORT : common;
    }

    private static QosClass of(ResourceRequirements resources, String name) {
        var request = Quantities.exact(Quantities.get(resources.getRequests(), name));
        var limit = Quantities.exact(Quantities.get(resources.getLimits(), name));
        if (request.compareTo(limit) != 0) {
            return QosClass.BURSTABLE;
        }
        return request.signum() == 0 ? QosClass.BEST_EFFORT : QosClass.GUARANTEED;
    }
}
