package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.PodContainer;

/** Ephemeral containers start as soon as there is a sandbox, once, and nothing waits for them. */
public final class EphemeralRule {

    private EphemeralRule() {}

    public static void plan(PodSnapshot s, ObservedSandbox sandbox, PlanBuilder plan) {
        for (PodContainer c : PodContainer.ephemeral(s.pod())) {
            if (s.observed().newest(c.name()).isEmpty()) {
                Starts.start(s, c, sandbox, true, "it was added for debugging", plan);
            }
        }
    }
}
