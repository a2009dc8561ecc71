package dev.caravel.kubelet.plan.rules;

import dev.caravel.cri.ContainerState;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.PodContainer;
import java.util.Optional;

/**
 * The pod's own containers: started in spec order, each after the one before it has started and its
 * postStart hook is over; one that fails holds back no other (contract §4.3, §5.3).
 */
public final class RegularRule {

    /** Whether anything is left to do. */
    public enum Verdict {
        GOES_ON,
        FINISHED
    }

    private RegularRule() {}

    public static Verdict plan(PodSnapshot s, ObservedSandbox sandbox, PlanBuilder plan) {
        boolean myTurn = !s.isRunning(ActivityKey.Topic.START);
        boolean alive = false;
        for (PodContainer c : PodContainer.regular(s.pod())) {
            Optional<ObservedContainer> o = s.observed().newest(c.name());
            boolean blocks;
            if (o.filter(ObservedContainer::isRunning).isPresent()) {
                alive = true;
                blocks =
                        !Starts.restartWanted(s, c, o.get(), plan)
                                && !Starts.hookDone(s, c, o.get(), plan);
            } else if (o.filter(x -> x.state() == ContainerState.UNKNOWN).isPresent()) {
                alive = true;
                plan.add(Stops.stop(s, o.get(), Stops.specGrace(s.pod()), "its state is unknown"));
                blocks = false;
            } else if (runs(s, c, o)) {
                alive = true;
                blocks = Starts.start(s, c, sandbox, myTurn, why(o), plan);
            } else {
                blocks = false;
            }
            myTurn &= !blocks;
        }
        return alive ? Verdict.GOES_ON : Verdict.FINISHED;
    }

    private static boolean runs(PodSnapshot s, PodContainer c, Optional<ObservedContainer> o) {
        return o.filter(ObservedContainer::hasExited)
                .map(x ->
                        Stops.forRestart(s, x)
                                || RestartPolicies.restarts(s.pod(), c, x.status().exitCode()))
                .orElse(true);
    }

    private static String why(Optional<ObservedContainer> o) {
        return o.map(x ->
                        x.hasExited()
                                ? "it exited with code " + x.status().exitCode()
                                : "it was created but never started")
                .orElse("it has not run yet");
    }
}
