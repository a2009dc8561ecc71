package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.PodContainer;
import java.util.List;
import java.util.Optional;

/** Whether the pod has a sandbox that can be used, needs another, or is done (contract §4.8). */
public final class SandboxRule {

    /** What is to become of the sandbox. */
    public sealed interface Decision {
        record Use(ObservedSandbox sandbox) implements Decision {}

        record Replace(int attempt, String why) implements Decision {}

        /** The sandbox is gone and nothing is left to run in another. */
        record Finished() implements Decision {}
    }

    private SandboxRule() {}

    public static Decision decide(PodSnapshot s) {
        Optional<String> trouble = trouble(s);
        if (trouble.isEmpty()) {
            return new Decision.Use(s.observed().newestSandbox().orElseThrow());
        }
        Optional<ObservedSandbox> newest = s.observed().newestSandbox();
        if (newest.isPresent() && nothingLeftToRun(s)) {
            return new Decision.Finished();
        }
        return new Decision.Replace(newest.map(x -> x.attempt() + 1).orElse(0), trouble.get());
    }

    /** Why the pod's sandbox cannot be used as it is; empty if it can. */
    public static Optional<String> trouble(PodSnapshot s) {
        List<ObservedSandbox> all = s.observed().sandboxes();
        if (all.isEmpty()) {
            return Optional.of("it has no sandbox yet");
        }
        ObservedSandbox newest = all.getFirst();
        if (all.stream().filter(ObservedSandbox::ready).count() > 1) {
            return Optional.of("more than one of its sandboxes is ready");
        }
        if (!newest.ready()) {
            return Optional.of("its sandbox " + newest.id() + " is not ready");
        }
        boolean hostNetwork = Boolean.TRUE.equals(s.pod().getSpec().getHostNetwork());
        if (newest.hostNetwork() != hostNetwork) {
            return Optional.of("its sandbox has the wrong network mode");
        }
        if (!hostNetwork && newest.ips().isEmpty()) {
            return Optional.of("its sandbox has no IP address");
        }
        return Optional.empty();
    }

    /**
     * With policy Never a pod that has run containers is not started again; nor one whose
     * containers all succeeded.
     */
    private static boolean nothingLeftToRun(PodSnapshot s) {
        String policy = RestartPolicies.ofPod(s.pod());
        boolean ran = !s.observed().containers().isEmpty();
        if (policy.equals("Never") && ran) {
            return true;
        }
        if (policy.equals("Always")) {
            return false;
        }
        return PodContainer.regular(s.pod()).stream()
                .allMatch(c ->
                        s.observed()
                                .newest(c.name())
                                .filter(ObservedContainer::succeeded)
                                .isPresent());
    }

    /** Ends what still runs in older sandboxes, then starts the new one. */
    public static void replace(PodSnapshot s, Decision.Replace decision, PlanBuilder plan) {
        if (s.isRunning(ActivityKey.Topic.START)) {
            plan.wait("a container start to end before the sandbox is replaced");
            return;
        }
        boolean clean = true;
        for (ObservedContainer c : s.observed().containers()) {
            if (c.mayRun()) {
                clean = false;
                plan.add(Stops.stop(s, c, Stops.specGrace(s.pod()), decision.why()));
            }
        }
        if (!clean) {
            return;
        }
        Optional<ObservedSandbox> ready =
                s.observed().sandboxes().stream().filter(ObservedSandbox::ready).findFirst();
        if (ready.isPresent()) {
            plan.add(new Action.StopSandbox(ready.get().id(), decision.why()));
            return;
        }
        if (!s.settings().networkReady()
                && !Boolean.TRUE.equals(s.pod().getSpec().getHostNetwork())) {
            plan.wait("the runtime's network: " + s.settings().networkMessage());
            plan.wakeAt(s.now().plusSeconds(1));
            return;
        }
        if (!PreparationRule.sandboxMayStart(s)) {
            plan.wait("its volumes before the sandbox starts");
            return;
        }
        plan.add(new Action.CreateSandbox(decision.attempt(), decision.why()));
        prefetchImages(s, plan);
    }

    /** Images of the containers that start first are fetched while the sandbox starts. */
    private static void prefetchImages(PodSnapshot s, PlanBuilder plan) {
        List<PodContainer> inits = PodContainer.inits(s.pod());
        List<PodContainer> first =
                inits.isEmpty() ? PodContainer.regular(s.pod()) : inits.subList(0, 1);
        for (PodContainer c : first) {
            Starts.ensureImage(s, c, "container " + c.name() + " starts next", plan);
        }
    }
}
