package dev.caravel.kubelet.allocation;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a pod's granted resources differ from those carried out. */
public final class ResizeNeeds {
    private ResizeNeeds() {}

    /**
     * Running containers that get other amounts without a restart.
     *
     * @param pod with granted resources
     */
    public static List<ContainerResize> inPlace(Pod pod, PodAllocation actuated, ObservedPod now) {
        List<ContainerResize> all = new ArrayList<>();
        for (PodContainer c : PodAllocation.resizableContainers(pod)) {
            Optional<ObservedContainer> o =
                    now.newest(c.name()).filter(ObservedContainer::isRunning);
            if (o.isPresent() && differs(pod, c, actuated) && !needsRestart(pod, c, actuated)) {
                all.add(new ContainerResize(c.name(), o.get().id(), from(c, actuated), to(pod, c)));
            }
        }
        return all;
    }

    /** Whether the container's granted amounts are not those it was last given. */
    public static boolean differs(Pod pod, PodContainer c, PodAllocation actuated) {
        return !from(c, actuated).equals(to(pod, c));
    }

    /** Whether the container's resize policy wants it restarted for the amounts that differ. */
    public static boolean needsRestart(Pod pod, PodContainer c, PodAllocation actuated) {
        Amounts from = from(c, actuated);
        Amounts to = to(pod, c);
        return (!from.sameMemory(to) && restartsFor(c.spec(), "memory"))
                || (!from.sameCpu(to) && restartsFor(c.spec(), "cpu"));
    }

    static boolean restartsFor(Container c, String resource) {
        return c.getResizePolicy().stream()
                .filter(p -> resource.equals(p.getResourceName()))
                .findFirst()
                .filter(p -> "RestartContainer".equals(p.getRestartPolicy()))
                .isPresent();
    }

    /** Whether the resources of the pod as a whole differ. */
    public static boolean podLevelDiffers(Pod pod, PodAllocation actuated) {
        return !Amounts.of(pod.getSpec().getResources())
                .equals(actuated.podLevel().map(Amounts::of).orElse(Amounts.NONE));
    }

    /**
     * Whether something that runs has not yet what the pod was granted. Init containers that run to
     * their end do not count, nor does what does not run: it starts with the right amounts.
     */
    public static boolean inProgress(Pod pod, PodAllocation actuated, ObservedPod now) {
        for (PodContainer c : PodAllocation.resizableContainers(pod)) {
            if (c.kind() != ContainerKind.INIT
                    && now.newest(c.name()).filter(ObservedContainer::isRunning).isPresent()
                    && differs(pod, c, actuated)) {
                return true;
            }
        }
        return pod.getSpec().getResources() != null
                && actuated.podLevel().isPresent()
                && podLevelDiffers(pod, actuated);
    }

    private static Amounts from(PodContainer c, PodAllocation actuated) {
        return Amounts.of(actuated.podLevel(), actuated.of(c.name()));
    }

    private static Amounts to(Pod pod, PodContainer c) {
        Optional<ResourceRequirements> podLevel = Optional.ofNullable(pod.getSpec().getResources());
        return Amounts.of(podLevel, c.spec().getResources());
    }
}
