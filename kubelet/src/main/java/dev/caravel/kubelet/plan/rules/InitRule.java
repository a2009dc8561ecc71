package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import java.util.List;
import java.util.Optional;

/**
 * Init containers one after the other, sidecars in their place among them and kept running from
 * then on (contract §5.3). Progress is read from the last init container that exists in the current
 * sandbox; once a regular container exists there, init is over.
 */
public final class InitRule {

    /** How far initialization is. */
    public enum Progress {
        WAIT,
        FAILED,
        DONE
    }

    private InitRule() {}

    public static Progress plan(PodSnapshot s, ObservedSandbox sandbox, PlanBuilder plan) {
        List<PodContainer> inits = PodContainer.inits(s.pod());
        if (inits.isEmpty()) {
            return Progress.DONE;
        }
        boolean over =
                PodContainer.regular(s.pod()).stream()
                        .anyMatch(c -> current(s, sandbox, c).isPresent());
        int last = lastStarted(s, sandbox, inits);
        keepSidecars(s, sandbox, inits.subList(0, over ? inits.size() : Math.max(last, 0)), plan);
        if (over) {
            return Progress.DONE;
        }
        if (last < 0) {
            start(s, sandbox, inits.getFirst(), "it is the first init container", plan);
            return Progress.WAIT;
        }
        return advance(s, sandbox, inits, last, plan);
    }

    private static Progress advance(
            PodSnapshot s,
            ObservedSandbox sandbox,
            List<PodContainer> inits,
            int last,
            PlanBuilder plan) {
        PodContainer c = inits.get(last);
        ObservedContainer o = current(s, sandbox, c).orElseThrow();
        boolean passed =
                switch (o.state()) {
                    case RUNNING -> {
                        boolean restarting = Starts.restartWanted(s, c, o, plan);
                        boolean hookDone = Starts.hookDone(s, c, o, plan);
                        yield c.kind() == ContainerKind.SIDECAR
                                && !restarting
                                && hookDone
                                && started(s, o);
                    }
                    case EXITED -> c.kind() == ContainerKind.INIT && o.succeeded();
                    case CREATED -> false;
                    case UNKNOWN -> false;
                };
        if (passed) {
            if (last == inits.size() - 1) {
                return Progress.DONE;
            }
            start(
                    s,
                    sandbox,
                    inits.get(last + 1),
                    "init container " + c.name() + " is through",
                    plan);
            return Progress.WAIT;
        }
        return again(s, sandbox, c, o, plan);
    }

    private static Progress again(
            PodSnapshot s,
            ObservedSandbox sandbox,
            PodContainer c,
            ObservedContainer o,
            PlanBuilder plan) {
        switch (o.state()) {
            case RUNNING -> plan.wait("init container " + c.name());
            case CREATED -> start(s, sandbox, c, "it was created but never started", plan);
            case UNKNOWN ->
                    plan.add(Stops.stop(s, o, Stops.specGrace(s.pod()), "its state is unknown"));
            case EXITED -> {
                if (!Stops.forRestart(s, o)
                        && !RestartPolicies.restarts(s.pod(), c, o.status().exitCode())) {
                    return Progress.FAILED;
                }
                start(s, sandbox, c, "init container " + c.name() + " ended", plan);
            }
        }
        return Progress.WAIT;
    }

    private static void keepSidecars(
            PodSnapshot s, ObservedSandbox sandbox, List<PodContainer> earlier, PlanBuilder plan) {
        for (PodContainer c : earlier) {
            if (c.kind() != ContainerKind.SIDECAR) {
                continue;
            }
            Optional<ObservedContainer> o = current(s, sandbox, c);
            if (o.filter(ObservedContainer::isRunning).isPresent()) {
                if (!Starts.restartWanted(s, c, o.get(), plan)) {
                    Starts.hookDone(s, c, o.get(), plan);
                }
            } else {
                start(s, sandbox, c, "sidecar " + c.name() + " is to be kept running", plan);
            }
        }
    }

    private static int lastStarted(
            PodSnapshot s, ObservedSandbox sandbox, List<PodContainer> inits) {
        for (int i = inits.size() - 1; i >= 0; i--) {
            if (current(s, sandbox, inits.get(i)).isPresent()) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<ObservedContainer> current(
            PodSnapshot s, ObservedSandbox sandbox, PodContainer c) {
        return s.observed().newest(c.name()).filter(o -> o.sandboxId().equals(sandbox.id()));
    }

    private static boolean started(PodSnapshot s, ObservedContainer o) {
        return s.verdict(o.name(), o.id()).map(v -> v.started()).orElse(false);
    }

    private static void start(
            PodSnapshot s, ObservedSandbox sandbox, PodContainer c, String why, PlanBuilder plan) {
        Starts.start(s, c, sandbox, true, why, plan);
    }
}
