package dev.caravel.kubelet.plan;

import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ImageSpec;
import dev.caravel.kubelet.allocation.ContainerResize;
import dev.caravel.kubelet.allocation.PodAllocation;
import dev.caravel.kubelet.allocation.ResizePods;
import dev.caravel.kubelet.allocation.ResizeState;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.pod.ContainerHash;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.kubelet.probe.ProbeVerdict;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One pod at one moment, said in a few words; everything a test does not name is ordinary. */
final class Scene {

    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final List<Container> inits = new ArrayList<>();
    private final List<Container> regular = new ArrayList<>();
    private final List<ObservedSandbox> sandboxes = new ArrayList<>();
    private final List<ObservedContainer> containers = new ArrayList<>();
    private final Map<ActivityKey, Activity> activities = new HashMap<>();
    private final Map<String, CrashBackOff> backOffs = new HashMap<>();
    private final Map<String, ProbeVerdict> verdicts = new HashMap<>();
    private String policy = "Always";
    private Optional<Long> deletionGrace = Optional.empty();
    private Optional<Termination> termination = Optional.empty();
    private ResizeState resizing = ResizeState.NONE;
    private PodSnapshot.Admission admission = new PodSnapshot.Admission.Admitted();
    private boolean orphaned;

    static Scene pod() {
        return new Scene().done(new Action.PreparePod("test"), new Outcome.Success());
    }

    Scene policy(String restartPolicy) {
        policy = restartPolicy;
        return this;
    }

    Scene init(String name) {
        inits.add(container(name).build());
        return this;
    }

    Scene sidecar(String name) {
        inits.add(container(name).withRestartPolicy("Always").build());
        return this;
    }

    Scene web(String name) {
        regular.add(container(name).build());
        return this;
    }

    /**
     * A container with requests equal to its limits; each policy NotRequired or RestartContainer.
     */
    Scene sized(String name, String cpu, String memory, String cpuPolicy, String memoryPolicy) {
        regular.add(
                container(name)
                        .withResources(ResizePods.resources(cpu, memory))
                        .addNewResizePolicy("cpu", cpuPolicy)
                        .addNewResizePolicy("memory", memoryPolicy)
                        .build());
        return this;
    }

    /** The container's spec asks for other amounts now. */
    Scene resized(String name, String cpu, String memory) {
        regular.replaceAll(c ->
                c.getName().equals(name)
                        ? new ContainerBuilder(c)
                                .withResources(ResizePods.resources(cpu, memory))
                                .build()
                        : c);
        return this;
    }

    /** What the container was last given. */
    Scene has(String name, String cpu, String memory) {
        PodAllocation now = resizing.actuated().orElseGet(() -> PodAllocation.of(build()));
        resizing =
                new ResizeState(
                        Optional.of(now.with(name, ResizePods.resources(cpu, memory))),
                        List.of(),
                        Optional.empty());
        return this;
    }

    /** A container whose exit with code 42 restarts all. */
    Scene webThatRestartsAll(String name) {
        regular.add(
                container(name)
                        .withRestartPolicy("Never")
                        .addNewRestartPolicyRule()
                        .withAction("RestartAllContainers")
                        .withNewExitCodes()
                        .withOperator("In")
                        .withValues(42)
                        .endExitCodes()
                        .endRestartPolicyRule()
                        .build());
        return this;
    }

    Scene webWithPostStart(String name) {
        regular.add(
                container(name)
                        .withNewLifecycle()
                        .withNewPostStart()
                        .withNewExec()
                        .withCommand("true")
                        .endExec()
                        .endPostStart()
                        .endLifecycle()
                        .build());
        return this;
    }

    private static ContainerBuilder container(String name) {
        return new ContainerBuilder().withName(name).withImage("img");
    }

    Scene sandbox() {
        return sandbox("s0", 0, true);
    }

    Scene sandbox(String id, int attempt, boolean ready) {
        sandboxes.add(
                new ObservedSandbox(
                        id,
                        attempt,
                        ready,
                        NOW.minusSeconds(100 - attempt),
                        List.of("10.0.0.1"),
                        false));
        return this;
    }

    Scene running(String name) {
        return observed(name, "s0", 0, ContainerState.RUNNING, 0, 0);
    }

    Scene exited(String name, int code) {
        return exited(name, code, 0, 1);
    }

    Scene exited(String name, int code, int restarts, long secondsAgo) {
        return observed(name, "s0", restarts, ContainerState.EXITED, code, secondsAgo);
    }

    Scene observed(
            String name,
            String sandbox,
            int restarts,
            ContainerState state,
            int code,
            long secondsAgo) {
        ContainerStatus.Builder status =
                ContainerStatus.builder(
                                id(name, restarts),
                                new ContainerMetadata(name, restarts),
                                state,
                                NOW.minusSeconds(60),
                                ImageSpec.of("img"))
                        .startedAt(NOW.minusSeconds(60))
                        .exitCode(code);
        if (state == ContainerState.EXITED) {
            status.finishedAt(NOW.minusSeconds(secondsAgo));
        }
        String hash = ContainerHash.of(container(name).build());
        containers.add(new ObservedContainer(name, sandbox, restarts, hash, "", status.build()));
        return this;
    }

    static String id(String name, int restarts) {
        return name + "-" + restarts;
    }

    Scene imageFor(String name, int restartCount) {
        PodContainer c = PodContainer.byName(build(), name).orElseThrow();
        return done(
                new Action.EnsureImage(c, restartCount, "test"), new Outcome.ImagePresent("sha"));
    }

    Scene done(Action action, Outcome outcome) {
        activities.put(action.key(), new Activity.Done(action, outcome, NOW.minusSeconds(30)));
        return this;
    }

    Scene busy(Action action) {
        activities.put(action.key(), new Activity.Running(action, NOW.minusSeconds(1)));
        return this;
    }

    Scene failed(Action action, long retryIn) {
        activities.put(
                action.key(),
                new Activity.Failed(
                        action,
                        new Failure("Why", "because"),
                        1,
                        NOW.minusSeconds(1),
                        NOW.plusSeconds(retryIn)));
        return this;
    }

    Scene backOff(String name, long delay, long updatedAgo) {
        PodContainer c = PodContainer.byName(build(), name).orElseThrow();
        backOffs.put(
                CrashBackOff.key(c.spec()),
                new CrashBackOff(Duration.ofSeconds(delay), NOW.minusSeconds(updatedAgo)));
        return this;
    }

    Scene started(String name) {
        verdicts.put(name, new ProbeVerdict(id(name, 0), true, true, Optional.empty()));
        return this;
    }

    Scene livenessFails(String name) {
        verdicts.put(
                name,
                new ProbeVerdict(
                        id(name, 0),
                        true,
                        true,
                        Optional.of(
                                new ProbeVerdict.Failure(
                                        "failed liveness probe", Optional.empty()))));
        return this;
    }

    Scene beingDeleted(long grace) {
        deletionGrace = Optional.of(grace);
        return this;
    }

    Scene ending(Termination.Cause cause, long sinceAgo, long grace) {
        termination =
                Optional.of(
                        new Termination(
                                cause, NOW.minusSeconds(sinceAgo), Duration.ofSeconds(grace)));
        return this;
    }

    Scene rejected(String reason) {
        admission = new PodSnapshot.Admission.Rejected(reason, "no");
        return this;
    }

    Scene orphaned() {
        orphaned = true;
        return this;
    }

    private Pod build() {
        var metadata =
                new PodBuilder().withNewMetadata().withName("p").withNamespace("ns").withUid("u");
        deletionGrace.ifPresent(g ->
                metadata.withDeletionTimestamp(NOW.toString()).withDeletionGracePeriodSeconds(g));
        return metadata.endMetadata()
                .withNewSpec()
                .withRestartPolicy(policy)
                .withTerminationGracePeriodSeconds(30L)
                .withInitContainers(inits)
                .withContainers(regular)
                .endSpec()
                .build();
    }

    PodSnapshot snapshot() {
        Pod pod = build();
        return new PodSnapshot(
                new DesiredPod(PodRef.of(pod), PodSource.API, pod, NOW.minusSeconds(100)),
                orphaned,
                admission,
                new ObservedPod(sandboxes, containers),
                verdicts,
                activities,
                backOffs,
                termination,
                resizing,
                false,
                new PodSnapshot.Settings(CrashBackOff.Limits.of(false, Optional.empty()), true, ""),
                NOW);
    }

    /**
     * The plan's actions, one word each: {@code start/web#1}, {@code stop/web}, {@code sandbox}.
     */
    List<String> plan() {
        return PodPlanner.plan(snapshot()).actions().stream().map(Scene::say).toList();
    }

    Plan wholePlan() {
        return PodPlanner.plan(snapshot());
    }

    private static String say(Action a) {
        return switch (a) {
            case Action.StartContainer s -> s.key() + "#" + s.restartCount();
            case Action.StopContainer s -> s.key() + " " + s.grace().toSeconds() + "s";
            case Action.CreateSandbox c -> "create sandbox#" + c.attempt();
            case Action.StopSandbox s -> "stop sandbox " + s.sandboxId();
            case Action.ResizePod r ->
                    "resize "
                            + r.containers().stream().map(ContainerResize::name).toList()
                            + (r.pod() ? " and pod" : "");
            case Action.PreparePod _,
                    Action.RefreshVolumes _,
                    Action.EnsureImage _,
                    Action.RunPostStart _,
                    Action.RemoveContainer _,
                    Action.ReleasePod _,
                    Action.RemoveRemains _ ->
                    a.key().toString();
        };
    }
}
