package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.CrashBackOff;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.ContainerHash;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.probe.ProbeVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a container comes to run: image, then create and start, then its postStart hook; after a
 * crash only when its back-off is over (contract §4.3, §5.4).
 */
final class Starts {

    private Starts() {}

    /** The restart count the next start of the container gets. */
    static int nextRestartCount(PodSnapshot s, PodContainer c) {
        return s.observed().newest(c.name()).map(o -> o.restartCount() + 1).orElse(0);
    }

    static void ensureImage(PodSnapshot s, PodContainer c, String why, PlanBuilder plan) {
        if (image(s, c).isEmpty()) {
            plan.add(new Action.EnsureImage(c, nextRestartCount(s, c), why));
        }
    }

    /** The image's ID if it was found or pulled for exactly the coming start. */
    private static Optional<String> image(PodSnapshot s, PodContainer c) {
        return s.activity(ActivityKey.image(c.name()))
                .filter(a ->
                        a.action() instanceof Action.EnsureImage e
                                && e.restartCount() == nextRestartCount(s, c)
                                && e.container().spec().getImage().equals(c.spec().getImage()))
                .flatMap(_ -> s.outcome(ActivityKey.image(c.name()), Outcome.ImagePresent.class))
                .map(Outcome.ImagePresent::imageId);
    }

    /**
     * Plans the next step towards a running container.
     *
     * @param mayStart whether its turn has come; its image is fetched in any case
     * @return whether containers after it have to wait for it
     */
    static boolean start(
            PodSnapshot s,
            PodContainer c,
            ObservedSandbox sandbox,
            boolean mayStart,
            String why,
            PlanBuilder plan) {
        Optional<ObservedContainer> last =
                s.observed().newest(c.name()).filter(ObservedContainer::hasExited);
        Optional<CrashBackOff> backOff =
                Optional.ofNullable(s.backOffs().get(CrashBackOff.key(c.spec())));
        if (last.isPresent()) {
            Optional<Instant> until =
                    CrashBackOff.waitUntil(backOff, last.get().finishedAt(), s.now());
            if (until.isPresent()) {
                plan.hold(c.name(), new Plan.Hold(backOff.orElseThrow().delay(), until.get()));
                return false;
            }
        }
        Optional<String> image = image(s, c);
        if (image.isEmpty()) {
            ensureImage(s, c, why, plan);
            return !failedAndWaits(s, ActivityKey.image(c.name()));
        }
        if (!PreparationRule.isPrepared(s)) {
            plan.wait("its volumes before container " + c.name() + " starts");
            return true;
        }
        if (mayStart && ResizeRule.blocksStart(s, c)) {
            plan.wait("the pod's resize before container " + c.name() + " starts");
            return true;
        }
        if (mayStart) {
            Optional<CrashBackOff> next =
                    last.map(l ->
                            CrashBackOff.next(
                                    backOff, l.finishedAt(), s.now(), s.settings().backOff()));
            plan.add(
                    new Action.StartContainer(
                            c, nextRestartCount(s, c), sandbox.id(), image.get(), next, why));
        }
        return !failedAndWaits(s, ActivityKey.start(c.name()));
    }

    private static boolean failedAndWaits(PodSnapshot s, ActivityKey key) {
        return s.activities().get(key) instanceof Activity.Failed failed
                && failed.retryAt().isAfter(s.now());
    }

    /** Whether this process started the container, so that its postStart hook is ours to run. */
    private static boolean startedHere(PodSnapshot s, ObservedContainer o) {
        return s.outcome(ActivityKey.start(o.name()), Outcome.Started.class)
                .filter(started -> started.containerId().equals(o.id()))
                .isPresent();
    }

    /**
     * Runs the postStart hook of a running container when it is due.
     *
     * @return true when the hook is over or there is none
     */
    static boolean hookDone(PodSnapshot s, PodContainer c, ObservedContainer o, PlanBuilder plan) {
        if (c.spec().getLifecycle() == null
                || c.spec().getLifecycle().getPostStart() == null
                || !startedHere(s, o)) {
            return true;
        }
        Activity hook = s.activities().get(ActivityKey.hook(c.name()));
        if (hook == null
                || !(hook.action() instanceof Action.RunPostStart run)
                || !run.containerId().equals(o.id())) {
            plan.add(new Action.RunPostStart(c, o.id(), "container " + c.name() + " has started"));
            return false;
        }
        return switch (hook) {
            case Activity.Running _ -> false;
            case Activity.Done _ -> true;
            case Activity.Failed _ -> {
                plan.add(
                        Stops.stop(
                                s,
                                o,
                                Stops.specGrace(s.pod()),
                                "FailedPostStartHook",
                                "its postStart hook failed"));
                yield false;
            }
        };
    }

    /** Stops the container if a probe, a changed spec or a resize asks for a restart. */
    static boolean restartWanted(
            PodSnapshot s, PodContainer c, ObservedContainer o, PlanBuilder plan) {
        if (!o.hash().isEmpty() && !o.hash().equals(ContainerHash.of(c.spec()))) {
            String message = "Container " + c.name() + " definition changed, will be restarted";
            plan.add(
                    Stops.restart(
                            s, o, Stops.specGrace(s.pod()), message, "its definition changed"));
            return true;
        }
        Optional<ProbeVerdict.Failure> failure =
                s.verdict(c.name(), o.id()).flatMap(ProbeVerdict::failure);
        if (failure.isPresent()) {
            plan.add(afterProbe(s, c, o, failure.get()));
            return true;
        }
        if (ResizeRule.restarts(s, c)) {
            String message = "Container " + c.name() + " resize requires restart";
            plan.add(Stops.restart(s, o, Stops.specGrace(s.pod()), message, "of its resize"));
            return true;
        }
        return false;
    }

    /** Rules of a restart policy speak of exit codes; a probe asks for the policy alone. */
    private static Action.StopContainer afterProbe(
            PodSnapshot s, PodContainer c, ObservedContainer o, ProbeVerdict.Failure failure) {
        Duration grace = failure.grace().orElse(Stops.specGrace(s.pod()));
        String message =
                (c.kind().isInit() ? "Init container " : "Container ")
                        + c.name()
                        + " "
                        + failure.message();
        String why = "it " + failure.message();
        if (RestartPolicies.ofContainer(s.pod(), c).equals("Never")) {
            return Stops.stop(s, o, grace, message, why);
        }
        return Stops.restart(
                s, o, grace, c.kind().isInit() ? message : message + ", will be restarted", why);
    }
}
