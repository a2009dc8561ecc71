package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Failure;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.kubelet.worker.Progress;
import dev.caravel.kubelet.worker.Timeline;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pods with something to explain. */
final class Sample {

    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    static final Instant SEEN = NOW.minusSeconds(192);

    private Sample() {}

    static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid("u-" + name)
                .withCreationTimestamp("2026-11-24T11:56:47Z")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage("registry.example/web:1")
                .withNewReadinessProbe()
                .endReadinessProbe()
                .endContainer()
                .addNewContainer()
                .withName("proxy")
                .withImage("registry.example/proxy:1")
                .endContainer()
                .endSpec()
                .build();
    }

    private static Explanation explained(
            Pod pod,
            Plan plan,
            Map<ActivityKey, Activity> activities,
            Map<ActivityKey, Progress> progress,
            PodStatus status,
            Timeline timeline) {
        return new Explanation(
                new DesiredPod(PodRef.of(pod), PodSource.API, pod, SEEN),
                new PodSnapshot.Admission.Admitted(),
                Optional.of(plan),
                activities,
                progress,
                status,
                timeline);
    }

    private static Plan plan(List<Plan.Wait> waiting) {
        return new Plan(
                List.of(), Set.of(), Optional.empty(), waiting, Map.of(), Optional.empty(), false);
    }

    /** One image is being pulled, the start of the other container failed four times. */
    static Explanation inTrouble(Progress pull) {
        Pod pod = pod("web-0");
        PodContainer web = PodContainer.byName(pod, "web").orElseThrow();
        PodContainer proxy = PodContainer.byName(pod, "proxy").orElseThrow();
        Activity.Running pulling =
                new Activity.Running(
                        new Action.EnsureImage(proxy, 0, "it has not run yet"),
                        NOW.minusSeconds(41));
        Activity.Failed failed =
                new Activity.Failed(
                        new Action.StartContainer(
                                web, 0, "s0", "img", Optional.empty(), "it has not run yet"),
                        new Failure("CreateContainerConfigError", "secret \"db\" not found"),
                        4,
                        NOW.minusSeconds(4),
                        NOW.plusSeconds(6));
        Map<ActivityKey, Activity> activities = new HashMap<>();
        activities.put(
                ActivityKey.SANDBOX,
                new Activity.Done(
                        new Action.CreateSandbox(0, "it has no sandbox yet"),
                        new Outcome.Success(),
                        SEEN.plusMillis(630)));
        activities.put(pulling.action().key(), pulling);
        activities.put(failed.action().key(), failed);
        List<Timeline.Part> parts =
                List.of(
                        new Timeline.Part("cgroup", Duration.ofMillis(20)),
                        new Timeline.Part("runtime and network", Duration.ofMillis(600)));
        Timeline timeline =
                new Timeline(
                        SEEN,
                        List.of(
                                step("sandbox", 10, 620, parts),
                                step("volumes", 0, 1_240, List.of())),
                        Optional.empty());
        List<Plan.Wait> waits =
                List.of(
                        new Plan.Wait.Underway(pulling),
                        new Plan.Wait.Retry(failed),
                        new Plan.Wait.Other("its volumes before container web starts"));
        return explained(
                pod,
                plan(waits),
                activities,
                Map.of(pulling.action().key(), pull),
                pending(),
                timeline);
    }

    private static PodStatus pending() {
        return new PodStatusBuilder()
                .withPhase("Pending")
                .addNewCondition()
                .withType("Ready")
                .withStatus("False")
                .withMessage("containers with unready status: [web proxy]")
                .withLastTransitionTime("2026-11-24T11:56:48Z")
                .endCondition()
                .withContainerStatuses(
                        waiting("web", "CreateContainerConfigError", "no secret"),
                        waiting("proxy", "ContainerCreating", ""))
                .build();
    }

    /** A container waits after a crash, the other runs and is not ready. */
    static Explanation crashing() {
        Pod pod = pod("cart-7");
        PodStatus status =
                new PodStatusBuilder()
                        .withPhase("Running")
                        .withContainerStatuses(
                                new ContainerStatusBuilder()
                                        .withName("web")
                                        .withReady(false)
                                        .withStarted(true)
                                        .withRestartCount(0)
                                        .withNewState()
                                        .withNewRunning()
                                        .withStartedAt("2026-11-24T11:59:30Z")
                                        .endRunning()
                                        .endState()
                                        .build(),
                                waiting("proxy", "CrashLoopBackOff", "back-off 40s"))
                        .build();
        Plan.Hold hold = new Plan.Hold(Duration.ofSeconds(40), NOW.plusSeconds(23));
        return explained(
                pod,
                plan(List.of(new Plan.Wait.HeldBack("proxy", hold))),
                Map.of(),
                Map.of(),
                status,
                new Timeline(SEEN, List.of(), Optional.empty()));
    }

    private static Timeline.Step step(
            String name, long after, long took, List<Timeline.Part> parts) {
        return new Timeline.Step(
                name, Duration.ofMillis(after), Duration.ofMillis(took), 0, true, parts);
    }

    private static io.fabric8.kubernetes.api.model.ContainerStatus waiting(
            String name, String reason, String message) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withReady(false)
                .withRestartCount(3)
                .withNewState()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .endState()
                .build();
    }
}
