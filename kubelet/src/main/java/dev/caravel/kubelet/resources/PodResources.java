package dev.caravel.kubelet.resources;

import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a whole pod requests and is limited to. Regular containers and sidecars add up; an init
 * container needs its own share on top of the sidecars started before it, and the greatest need at
 * any moment counts (KEP-753). Pod-level resources replace the sums of the resources they name
 * (KEP-2837). Amounts are exact, keyed by resource name.
 */
public final class PodResources {
    private PodResources() {}

    /** Requests with the RuntimeClass overhead added. */
    public static Map<String, BigDecimal> requests(Pod pod) {
        Map<String, BigDecimal> requests = requestsWithoutOverhead(pod);
        Quantities.addInto(requests, Quantities.exact(pod.getSpec().getOverhead()));
        return requests;
    }

    /** Requests of the containers or the pod level, without overhead. */
    public static Map<String, BigDecimal> requestsWithoutOverhead(Pod pod) {
        Map<String, BigDecimal> requests = containerRequests(pod);
        ResourceRequirements podLevel = pod.getSpec().getResources();
        if (podLevel != null) {
            applyPodLevel(requests, podLevel.getRequests());
        }
        return requests;
    }

    /** Limits; overhead is added only where there is a limit. */
    public static Map<String, BigDecimal> limits(Pod pod) {
        Map<String, BigDecimal> limits = limitsWithoutOverhead(pod);
        Quantities.exact(pod.getSpec().getOverhead())
                .forEach((name, amount) ->
                        limits.computeIfPresent(
                                name, (n, l) -> l.signum() == 0 ? l : l.add(amount)));
        return limits;
    }

    /** Limits of the containers or the pod level, without overhead. */
    public static Map<String, BigDecimal> limitsWithoutOverhead(Pod pod) {
        Map<String, BigDecimal> limits = aggregate(pod, ResourceRequirements::getLimits);
        ResourceRequirements podLevel = pod.getSpec().getResources();
        if (podLevel != null) {
            applyPodLevel(limits, podLevel.getLimits());
        }
        return limits;
    }

    /** What the containers alone request, whatever the pod level says. */
    public static Map<String, BigDecimal> containerRequests(Pod pod) {
        return aggregate(pod, ResourceRequirements::getRequests);
    }

    /** Whether the pod as a whole requests or limits a resource the pod level knows. */
    public static boolean hasPodLevelResources(Pod pod) {
        return hasPodLevelRequests(pod) || hasPodLevelLimits(pod);
    }

    /** Whether the pod as a whole requests a resource the pod level knows. */
    public static boolean hasPodLevelRequests(Pod pod) {
        ResourceRequirements podLevel = pod.getSpec().getResources();
        return podLevel != null && namesPodLevelResource(podLevel.getRequests());
    }

    /** Whether the pod as a whole limits a resource the pod level knows. */
    public static boolean hasPodLevelLimits(Pod pod) {
        ResourceRequirements podLevel = pod.getSpec().getResources();
        return podLevel != null && namesPodLevelResource(podLevel.getLimits());
    }

    /** The pod-level limit of a resource, null when there is none. */
    static @Nullable Quantity podLevelLimit(Pod pod, String name) {
        ResourceRequirements podLevel = pod.getSpec().getResources();
        return podLevel == null ? null : Quantities.get(podLevel.getLimits(), name);
    }

    private static boolean namesPodLevelResource(@Nullable Map<String, Quantity> list) {
        return list != null && list.keySet().stream().anyMatch(PodResources::isPodLevelResource);
    }

    private static boolean isPodLevelResource(String name) {
        return name.equals("cpu") || name.equals("memory") || HugePages.isHugePage(name);
    }

    private static void applyPodLevel(
            Map<String, BigDecimal> sums, @Nullable Map<String, Quantity> podLevel) {
        Quantities.exact(podLevel)
                .forEach((name, amount) -> {
                    if (isPodLevelResource(name)) {
                        sums.put(name, amount);
                    }
                });
    }

    private static Map<String, BigDecimal> aggregate(
            Pod pod, Function<ResourceRequirements, @Nullable Map<String, Quantity>> list) {
        Map<String, BigDecimal> running = Quantities.newSums();
        for (PodContainer container : PodContainer.regular(pod)) {
            Quantities.addInto(running, amounts(container, list));
        }
        Map<String, BigDecimal> sidecars = Quantities.newSums();
        Map<String, BigDecimal> starting = Quantities.newSums();
        for (PodContainer container : PodContainer.inits(pod)) {
            Map<String, BigDecimal> own = amounts(container, list);
            if (container.kind() == ContainerKind.SIDECAR) {
                Quantities.addInto(running, own);
                Quantities.addInto(sidecars, own);
                Quantities.maxInto(starting, sidecars);
            } else {
                Quantities.addInto(own, sidecars);
                Quantities.maxInto(starting, own);
            }
        }
        Quantities.maxInto(running, starting);
        return running;
    }

    private static Map<String, BigDecimal> amounts(
            PodContainer container,
            Function<ResourceRequirements, @Nullable Map<String, Quantity>> list) {
        ResourceRequirements resources = container.spec().getResources();
        return Quantities.exact(resources == null ? null : list.apply(resources));
    }
}
