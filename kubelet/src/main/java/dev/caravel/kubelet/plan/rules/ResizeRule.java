package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.allocation.ContainerResize;
import dev.caravel.kubelet.allocation.PodAllocation;
import dev.caravel.kubelet.allocation.ResizeNeeds;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.PodContainer;
import java.util.List;
import java.util.Optional;

/**
 * Carries granted resources out (contract §5.9). A container that its resize policy wants restarted
 * is stopped by {@link Starts}; the pod's group follows while it is down, and it starts with its
 * new amounts.
 */
public final class ResizeRule {

    private ResizeRule() {}

    public static void plan(PodSnapshot s, ObservedSandbox sandbox, PlanBuilder plan) {
        Optional<PodAllocation> actuated = s.resizing().actuated();
        if (actuated.isEmpty() || !PreparationRule.isPrepared(s)) {
            return;
        }
        List<ContainerResize> containers =
                ResizeNeeds.inPlace(s.pod(), actuated.get(), s.observed());
        boolean pod =
                ResizeNeeds.podLevelDiffers(s.pod(), actuated.get())
                        || PodAllocation.resizableContainers(s.pod()).stream()
                                .anyMatch(c -> blocksStart(s, c));
        if (!containers.isEmpty() || pod) {
            plan.add(
                    new Action.ResizePod(
                            PodAllocation.of(s.pod()),
                            containers,
                            pod,
                            sandbox.id(),
                            "it was granted other resources"));
        }
    }

    /** Whether the running container has to be restarted for its new resources. */
    static boolean restarts(PodSnapshot s, PodContainer c) {
        return s.resizing()
                .actuated()
                .filter(a -> ResizeNeeds.needsRestart(s.pod(), c, a))
                .isPresent();
    }

    /** Whether the pod's group has to be changed before a container that does not run starts. */
    static boolean blocksStart(PodSnapshot s, PodContainer c) {
        boolean runs =
                s.observed().newest(c.name()).filter(ObservedContainer::isRunning).isPresent();
        return !runs
                && !isCarriedOut(s)
                && s.resizing()
                        .actuated()
                        .filter(a -> ResizeNeeds.differs(s.pod(), c, a))
                        .isPresent();
    }

    private static boolean isCarriedOut(PodSnapshot s) {
        return s.activity(ActivityKey.RESIZE)
                .filter(Activity.Done.class::isInstance)
                .map(Activity::action)
                .filter(a ->
                        a instanceof Action.ResizePod done
                                && done.pod()
                                && done.target().equals(PodAllocation.of(s.pod())))
                .isPresent();
    }
}
