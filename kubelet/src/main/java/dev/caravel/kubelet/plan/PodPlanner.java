package dev.caravel.kubelet.plan;

import dev.caravel.kubelet.plan.rules.EphemeralRule;
import dev.caravel.kubelet.plan.rules.InitRule;
import dev.caravel.kubelet.plan.rules.PreparationRule;
import dev.caravel.kubelet.plan.rules.RegularRule;
import dev.caravel.kubelet.plan.rules.ResizeRule;
import dev.caravel.kubelet.plan.rules.RestartAllRule;
import dev.caravel.kubelet.plan.rules.SandboxRule;
import dev.caravel.kubelet.plan.rules.TerminationRule;
import java.util.Optional;

/**
 * The table of contents of a pod's life. Each line is one rule in a file of its own; the first that
 * settles the matter ends the plan.
 */
public final class PodPlanner {

    private PodPlanner() {}

    /**
     * What to do for the pod now. Called by the pod's worker whenever something may have changed.
     */
    public static Plan plan(PodSnapshot s) {
        PlanBuilder plan = new PlanBuilder(s);
        Optional<Termination> end = TerminationRule.wanted(s);
        if (end.isPresent()) {
            TerminationRule.plan(s, end.get(), plan);
            return plan.build();
        }
        PreparationRule.plan(s, plan);
        switch (SandboxRule.decide(s)) {
            case SandboxRule.Decision.Finished f -> finish(s, plan);
            case SandboxRule.Decision.Replace r -> SandboxRule.replace(s, r, plan);
            case SandboxRule.Decision.Use use -> {
                if (RestartAllRule.plan(s, plan)) {
                    return plan.build();
                }
                ResizeRule.plan(s, use.sandbox(), plan);
                EphemeralRule.plan(s, use.sandbox(), plan);
                switch (InitRule.plan(s, use.sandbox(), plan)) {
                    case WAIT -> {}
                    case FAILED -> finish(s, plan);
                    case DONE -> {
                        if (RegularRule.plan(s, use.sandbox(), plan)
                                == RegularRule.Verdict.FINISHED) {
                            finish(s, plan);
                        }
                    }
                }
            }
        }
        return plan.build();
    }

    private static void finish(PodSnapshot s, PlanBuilder plan) {
        Termination end = TerminationRule.finished(s);
        TerminationRule.plan(s, end, plan);
    }
}
