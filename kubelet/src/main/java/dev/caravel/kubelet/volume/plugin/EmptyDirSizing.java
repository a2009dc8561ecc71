package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.resources.HugePages;
import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Quantities;
import dev.caravel.kubelet.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How large memory-backed volumes may get (kubelet.md §7.1). Pure. */
final class EmptyDirSizing {
    static final String HUGE_PAGES = "HugePages";
    private static final String HUGE_PAGES_OF_SIZE = "HugePages-";

    private EmptyDirSizing() {}

    /**
     * Size of a tmpfs: the least of the node's allocatable memory, the pod's memory limit and the
     * volume's own limit.
     *
     * @param allocatableBytes memory of the node that pods may use; 0 when unknown
     * @return empty when nothing limits it
     */
    static OptionalLong tmpfsBytes(Pod pod, @Nullable Quantity sizeLimit, long allocatableBytes) {
        long size = allocatableBytes > 0 ? allocatableBytes : Long.MAX_VALUE;
        long podLimit = memoryLimit(pod);
        if (podLimit > 0) {
            size = Math.min(size, podLimit);
        }
        long own = Quantities.value(sizeLimit);
        if (own > 0) {
            size = Math.min(size, own);
        }
        return size == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(size);
    }

    /** The pod's limit as its cgroup has it: none unless every container or the pod has one. */
    private static long memoryLimit(Pod pod) {
        boolean declared =
                hasLimit(pod.getSpec().getResources())
                        || containers(pod).allMatch(c -> hasLimit(c.getResources()));
        BigDecimal limit = PodResources.limits(pod).getOrDefault("memory", BigDecimal.ZERO);
        return declared ? Quantities.value(limit) : 0;
    }

    private static boolean hasLimit(@Nullable ResourceRequirements resources) {
        return resources != null
                && resources.getLimits() != null
                && !Quantities.isZero(resources.getLimits().get("memory"));
    }

    /** Whether a medium means huge pages. */
    static boolean isHugePages(String medium) {
        return medium.equals(HUGE_PAGES) || medium.startsWith(HUGE_PAGES_OF_SIZE);
    }

    /** The page size a medium names; empty for {@code HugePages} alone. */
    static OptionalLong pageBytesOf(String medium) {
        return HugePages.pageBytes(
                medium.startsWith(HUGE_PAGES_OF_SIZE)
                        ? "hugepages-" + medium.substring(HUGE_PAGES_OF_SIZE.length())
                        : "");
    }

    /**
     * Size of the pages of a volume: what the medium names, else the only size the pod requests.
     *
     * @throws VolumeException when the pod requests no such pages, or several sizes where only one
     *     can be meant
     */
    static long pageBytes(String medium, Pod pod) throws VolumeException {
        Set<Long> requested = new TreeSet<>();
        add(pod.getSpec().getResources(), requested);
        containers(pod).forEach(c -> add(c.getResources(), requested));
        OptionalLong named = pageBytesOf(medium);
        if (medium.startsWith(HUGE_PAGES_OF_SIZE) && named.isEmpty()) {
            throw new VolumeException("medium " + medium + ": cannot read the page size");
        }
        if (named.isPresent() && requested.contains(named.getAsLong())) {
            return named.getAsLong();
        }
        if (named.isPresent() || requested.isEmpty()) {
            throw new VolumeException(
                    "medium "
                            + medium
                            + ": hugePages storage requested, but there is no resource request for"
                            + " huge pages");
        }
        if (requested.size() > 1) {
            throw new VolumeException(
                    "medium: "
                            + medium
                            + " can't be used if container requests multiple huge page sizes");
        }
        return requested.iterator().next();
    }

    private static void add(@Nullable ResourceRequirements resources, Set<Long> sizes) {
        Map<String, Quantity> requests = resources == null ? null : resources.getRequests();
        if (requests != null) {
            requests.keySet().forEach(name -> HugePages.pageBytes(name).ifPresent(sizes::add));
        }
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(
                pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }
}
