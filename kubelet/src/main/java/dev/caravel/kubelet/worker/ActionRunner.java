package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.pod.DesiredPod;

/**
 * Does what the planner wants. Called on a virtual thread of its own for each action; interrupting
 * it cancels.
 */
public interface ActionRunner {

    /**
     * Runs one action to its end.
     *
     * @param progress told what the action is at
     * @throws ActionFailedException when it failed; the worker tries again if the planner still
     *     wants it
     * @throws InterruptedException when the worker cancelled it
     */
    Outcome run(DesiredPod pod, Action action, Progress progress)
            throws ActionFailedException, InterruptedException;
}
