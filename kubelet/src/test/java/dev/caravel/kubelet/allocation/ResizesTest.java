package dev.caravel.kubelet.allocation;

import static dev.caravel.kubelet.allocation.ResizePods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ImageSpec;
import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.kubelet.event.RecordedEvents;
import dev.caravel.kubelet.facts.TestNode;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResizesTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir Path root;
    private final ManualTicks ticks = new ManualTicks(START);
    private final RecordedEvents events = new RecordedEvents();
    private final List<String> poked = new ArrayList<>();
    private final Map<String, DesiredPod> desired = new HashMap<>();
    private final List<String> judged = new ArrayList<>();
    private Optional<String> refusal = Optional.empty();
    private boolean ready = true;
    private ResizeRules.Policies policies = new ResizeRules.Policies(false, false);
    private Allocations allocations;
    private Resizes resizes;

    @BeforeEach
    void open() throws IOException {
        allocations = new Allocations(root);
        resizes = resizes();
    }

    private Resizes resizes() {
        return new Resizes(
                allocations,
                new Resizes.Node(
                        uid -> Optional.ofNullable(desired.get(uid)),
                        pod -> {
                            judged.add(pod.getMetadata().getUid());
                            return refusal;
                        },
                        () -> ready ? Optional.of(Set.of("u")) : Optional.empty(),
                        _ -> Optional.empty(),
                        TestNode::node,
                        policies),
                events,
                poked::add,
                ticks);
    }

    private DesiredPod want(Pod pod, long generation) {
        pod.getMetadata().setGeneration(generation);
        DesiredPod wanted = new DesiredPod(PodRef.of(pod), PodSource.API, pod, START);
        desired.put(wanted.ref().uid(), wanted);
        return wanted;
    }

    private void admit(Pod pod) {
        allocations.admitted(pod);
        resizes.follow(want(pod, 1));
    }

    private static ObservedPod running(String name) {
        ContainerStatus status =
                ContainerStatus.builder(
                                name + "-0",
                                new ContainerMetadata(name, 0),
                                ContainerState.RUNNING,
                                START,
                                ImageSpec.of("img"))
                        .build();
        return new ObservedPod(
                List.of(), List.of(new ObservedContainer(name, "s0", 0, "", "", status)));
    }

    private static long cpu(DesiredPod pod) {
        return Amounts.of(pod.pod().getSpec().getContainers().getFirst().getResources())
                .cpuRequest();
    }

    private List<String> conditions(DesiredPod pod) {
        return resizes.look(pod, running("web")).conditions().stream()
                .map(ResizesTest::say)
                .toList();
    }

    private static String say(PodCondition c) {
        String reason = c.getReason() == null ? "" : " " + c.getReason();
        return c.getType() + reason + " of " + c.getObservedGeneration();
    }

    @Test
    void aResizeThatFitsIsGrantedAtOnceAndUnderWayUntilItIsCarriedOut() {
        admit(pod("u", "100m", "64Mi"));

        DesiredPod granted = resizes.follow(want(pod("u", "200m", "64Mi"), 2));

        assertThat(cpu(granted)).isEqualTo(200);
        assertThat(conditions(granted)).containsExactly("PodResizeInProgress of 2");
        assertThat(events.take())
                .containsExactly(
                        "Normal ResizeStarted Pod resize started: {\"containers\":[{\"name\":\"web\","
                                + "\"resources\":{\"limits\":{\"cpu\":\"200m\",\"memory\":\"64Mi\"},"
                                + "\"requests\":{\"cpu\":\"200m\",\"memory\":\"64Mi\"}}}],"
                                + "\"generation\":2}");
        allocations.containerStarted(
                granted.pod(), granted.pod().getSpec().getContainers().getFirst());
        assertThat(conditions(granted)).isEmpty();
        assertThat(events.take()).singleElement().asString().startsWith("Normal ResizeCompleted");
    }

    @Test
    void aResizeThatDoesNotFitWaitsAndThePodKeepsWhatItHas() {
        admit(pod("u", "100m", "64Mi"));
        refusal = Optional.of("Node didn't have enough resource: cpu");

        DesiredPod granted = resizes.follow(want(pod("u", "9", "64Mi"), 2));

        assertThat(cpu(granted)).isEqualTo(100);
        assertThat(conditions(granted)).containsExactly("PodResizePending Deferred of 2");
        assertThat(events.take())
                .singleElement()
                .asString()
                .startsWith("Warning ResizeDeferred Pod resize Deferred: ")
                .endsWith(",\"generation\":2,\"error\":\"Node didn't have enough resource: cpu\"}");
    }

    @Test
    void aWaitingResizeIsGrantedOnceThereIsRoom() {
        admit(pod("u", "100m", "64Mi"));
        refusal = Optional.of("full");
        DesiredPod wanted = want(pod("u", "200m", "64Mi"), 2);
        resizes.follow(wanted);
        poked.clear();
        refusal = Optional.empty();

        resizes.roomFreed();

        assertThat(poked).contains("u");
        assertThat(resizes.follow(wanted)).isSameAs(wanted);
        assertThat(conditions(wanted)).containsExactly("PodResizeInProgress of 2");
    }

    @Test
    void takingTheWishBackEndsTheWait() {
        admit(pod("u", "100m", "64Mi"));
        refusal = Optional.of("full");
        resizes.follow(want(pod("u", "200m", "64Mi"), 2));

        DesiredPod back = resizes.follow(want(pod("u", "100m", "64Mi"), 3));

        assertThat(conditions(back)).isEmpty();
    }

    @Test
    void aGuaranteedPodBesideAStaticCpuPolicyIsNeverResized() {
        policies = new ResizeRules.Policies(true, false);
        resizes = resizes();
        admit(pod("u", "1", "64Mi"));

        DesiredPod granted = resizes.follow(want(pod("u", "2", "64Mi"), 2));

        assertThat(cpu(granted)).isEqualTo(1000);
        assertThat(conditions(granted)).containsExactly("PodResizePending Infeasible of 2");
        judged.clear();
        resizes.roomFreed();
        assertThat(judged).isEmpty();
    }

    @Test
    void decreasesComeFirstThenPriorityThenTheLongestWait() {
        refusal = Optional.of("full");
        for (String uid : List.of("late", "early", "urgent", "less")) {
            admit(pod(uid, "1", "64Mi"));
        }
        resizes.follow(want(pod("early", "2", "64Mi"), 2));
        ticks.advance(Duration.ofSeconds(5));
        resizes.follow(want(pod("late", "2", "64Mi"), 2));
        Pod urgent = pod("urgent", "2", "64Mi");
        urgent.getSpec().setPriority(1000);
        resizes.follow(want(urgent, 2));
        resizes.follow(want(pod("less", "500m", "64Mi"), 2));
        judged.clear();

        resizes.roomFreed();

        assertThat(judged).containsExactly("less", "urgent", "early", "late");
    }

    @Test
    void nothingIsGrantedBeforeAllPodsOfTheNodeAreKnown() {
        ready = false;
        allocations.admitted(pod("u", "100m", "64Mi"));
        DesiredPod wanted = want(pod("u", "200m", "64Mi"), 2);
        assertThat(cpu(resizes.follow(wanted))).isEqualTo(100);
        assertThat(judged).isEmpty();
        ready = true;
        resizes.roomFreed();
        assertThat(cpu(resizes.follow(wanted))).isEqualTo(200);
    }

    @Test
    void anErrorIsToldOnceAndStaysInTheCondition() {
        admit(pod("u", "100m", "64Mi"));
        DesiredPod granted = resizes.follow(want(pod("u", "200m", "64Mi"), 2));
        events.take();

        resizes.failed(granted, "no");
        resizes.failed(granted, "no");

        assertThat(conditions(granted)).containsExactly("PodResizeInProgress Error of 2");
        assertThat(events.take()).singleElement().asString().startsWith("Warning ResizeError");
    }

    @Test
    void aRestartGoesOnWithWhatTheStatusSaid() {
        refusal = Optional.of("full");
        allocations.admitted(pod("u", "100m", "64Mi"));
        Pod pod = pod("u", "200m", "64Mi");
        PodCondition waiting = new PodCondition();
        waiting.setType("PodResizePending");
        waiting.setStatus("True");
        waiting.setReason("Deferred");
        waiting.setLastTransitionTime("2026-11-24T11:00:00Z");
        waiting.setObservedGeneration(2L);
        pod.setStatus(new io.fabric8.kubernetes.api.model.PodStatus());
        pod.getStatus().setConditions(List.of(waiting));

        DesiredPod granted = resizes.follow(want(pod, 2));

        assertThat(resizes.look(granted, running("web")).conditions())
                .extracting(PodCondition::getLastTransitionTime)
                .containsExactly("2026-11-24T11:00:00Z");
        assertThat(events.take()).isEmpty();
    }
}
