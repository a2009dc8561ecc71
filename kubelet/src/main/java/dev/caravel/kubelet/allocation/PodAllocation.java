package dev.caravel.kubelet.allocation;

import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Resources of one pod: either what the node has granted it or what has been carried out so far.
 * The objects are never changed after they came in.
 *
 * @param containers by container name, init containers and sidecars included
 * @param podLevel resources of the pod as a whole; empty when it names none
 */
public record PodAllocation(
        Map<String, ResourceRequirements> containers, Optional<ResourceRequirements> podLevel) {

    public PodAllocation {
        containers = Map.copyOf(containers);
    }

    /** What the spec asks for. */
    public static PodAllocation of(Pod pod) {
        Map<String, ResourceRequirements> containers = new LinkedHashMap<>();
        resizable(pod).forEach(c -> containers.put(c.getName(), present(c.getResources())));
        return new PodAllocation(containers, Optional.ofNullable(pod.getSpec().getResources()));
    }

    /** The pod with these resources in place of its own; empty if they are the same. */
    public Optional<Pod> appliedTo(Pod pod) {
        boolean podDiffers = !same(present(pod.getSpec().getResources()), podLevel.orElse(NOTHING));
        boolean containersDiffer = resizable(pod).anyMatch(this::differs);
        if (!podDiffers && !containersDiffer) {
            return Optional.empty();
        }
        Pod copy = new PodBuilder(pod).build();
        if (podDiffers) {
            copy.getSpec().setResources(podLevel.orElse(null));
        }
        resizable(copy)
                .filter(this::differs)
                .forEach(c -> c.setResources(containers.get(c.getName())));
        return Optional.of(copy);
    }

    /** The same with another container's or the same container's new resources. */
    public PodAllocation with(String container, ResourceRequirements resources) {
        Map<String, ResourceRequirements> more = new LinkedHashMap<>(containers);
        more.put(container, resources);
        return new PodAllocation(more, podLevel);
    }

    public PodAllocation withPodLevel(Optional<ResourceRequirements> resources) {
        return new PodAllocation(containers, resources);
    }

    public ResourceRequirements of(String container) {
        return containers.getOrDefault(container, NOTHING);
    }

    private boolean differs(Container c) {
        ResourceRequirements own = containers.get(c.getName());
        return own != null && !same(present(c.getResources()), own);
    }

    private static Stream<Container> resizable(Pod pod) {
        return Stream.of(pod.getSpec().getInitContainers(), pod.getSpec().getContainers())
                .flatMap(List::stream);
    }

    /** All containers whose resources count, in spec order. */
    public static List<PodContainer> resizableContainers(Pod pod) {
        return Stream.concat(PodContainer.inits(pod).stream(), PodContainer.regular(pod).stream())
                .toList();
    }

    static final ResourceRequirements NOTHING = new ResourceRequirements();

    private static ResourceRequirements present(@Nullable ResourceRequirements resources) {
        return resources == null ? NOTHING : resources;
    }

    /** Equal amounts, whatever their spelling; a missing list equals an empty one. */
    static boolean same(ResourceRequirements a, ResourceRequirements b) {
        return same(a.getRequests(), b.getRequests()) && same(a.getLimits(), b.getLimits());
    }

    private static boolean same(
            @Nullable Map<String, Quantity> a, @Nullable Map<String, Quantity> b) {
        Map<String, Quantity> one = a == null ? Map.of() : a;
        Map<String, Quantity> other = b == null ? Map.of() : b;
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream()
                        .allMatch(e -> {
                            Quantity q = other.get(e.getKey());
                            return q != null
                                    && e.getValue()
                                                    .getNumericalAmount()
                                                    .compareTo(q.getNumericalAmount())
                                            == 0;
                        });
    }
}
