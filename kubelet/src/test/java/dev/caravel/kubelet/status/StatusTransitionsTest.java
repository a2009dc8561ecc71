package dev.caravel.kubelet.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTransitionsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.987654321Z");

    private static Pod pod(String podPolicy, String containerPolicy, String kind) {
        boolean init = kind.equals("init");
        return new PodBuilder()
                .withNewSpec()
                .withRestartPolicy(podPolicy)
                .addNewContainer()
                .withName(init ? "main" : "c")
                .withRestartPolicy(init || containerPolicy.isEmpty() ? null : containerPolicy)
                .endContainer()
                .addNewInitContainer()
                .withName(init ? "c" : "seed")
                .withRestartPolicy(init && !containerPolicy.isEmpty() ? containerPolicy : null)
                .endInitContainer()
                .endSpec()
                .build();
    }

    private static ContainerStatus ended(String name, int code) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withNewState()
                .withNewTerminated()
                .withExitCode(code)
                .endTerminated()
                .endState()
                .build();
    }

    private static ContainerStatus running(String name) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withNewState()
                .withNewRunning("2026-03-01T09:00:00.5Z")
                .endState()
                .build();
    }

    private static PodStatus with(String kind, ContainerStatus status) {
        PodStatusBuilder builder = new PodStatusBuilder();
        return kind.equals("init")
                ? builder.withInitContainerStatuses(status).build()
                : builder.withContainerStatuses(status).build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    never means never                          | Never     | ''        | regular | 1 | illegal
                    even after success                         | Never     | ''        | regular | 0 | illegal
                    on failure restarts what failed            | OnFailure | ''        | regular | 1 | legal
                    on failure does not restart what succeeded | OnFailure | ''        | regular | 0 | illegal
                    always restarts                            | Always    | ''        | regular | 0 | legal
                    a container's own policy counts            | Never     | Always    | regular | 0 | legal
                    also when it is the stricter one           | OnFailure | Never     | regular | 1 | illegal
                    an init container of a pod that never does | Never     | ''        | init    | 1 | illegal
                    a sidecar always may                       | Never     | Always    | init    | 1 | legal
                    init runs again in a new sandbox           | OnFailure | ''        | init    | 0 | legal
                    """)
    void anEndedContainerRunsAgainOnlyIfItMay(
            String sentence, String podPolicy, String own, String kind, int code, String expected) {
        assertThat(
                        StatusTransitions.illegalMove(
                                        pod(podPolicy, own, kind),
                                        with(kind, ended("c", code)),
                                        with(kind, running("c")))
                                .isPresent())
                .as(sentence)
                .isEqualTo(expected.equals("illegal"));
    }

    @Test
    void aRuleThatRestartsTheWholePodAllowsEverything() {
        Pod pod =
                new PodBuilder(pod("Never", "", "regular"))
                        .editSpec()
                        .addNewContainer()
                        .withName("watch")
                        .withRestartPolicy("Never")
                        .addNewRestartPolicyRule()
                        .withAction("RestartAllContainers")
                        .endRestartPolicyRule()
                        .endContainer()
                        .endSpec()
                        .build();
        assertThat(
                        StatusTransitions.illegalMove(
                                pod, with("regular", ended("c", 0)), with("regular", running("c"))))
                .isEmpty();
    }

    @Test
    void transitionTimesMoveOnlyWithTheStatusOfTheCondition() {
        PodStatus before =
                new PodStatusBuilder()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withLastTransitionTime("2026-03-01T09:00:00Z")
                        .endCondition()
                        .addNewCondition()
                        .withType("ContainersReady")
                        .withStatus("True")
                        .withLastTransitionTime("2026-03-01T09:00:00Z")
                        .endCondition()
                        .build();
        PodStatus next =
                new PodStatusBuilder()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("False")
                        .withReason("ReadinessGatesNotReady")
                        .endCondition()
                        .addNewCondition()
                        .withType("ContainersReady")
                        .withStatus("True")
                        .endCondition()
                        .addNewCondition()
                        .withType("PodResizePending")
                        .withStatus("True")
                        .withLastTransitionTime("2026-03-01T08:00:00.25Z")
                        .endCondition()
                        .build();

        PodStatus settled =
                StatusTransitions.settle(pod("Always", "", "regular"), before, next, NOW);

        assertThat(settled.getConditions())
                .extracting(c -> c.getType() + " " + c.getLastTransitionTime())
                .containsExactly(
                        "Ready 2026-03-01T10:00:00Z",
                        "ContainersReady 2026-03-01T09:00:00Z",
                        "PodResizePending 2026-03-01T08:00:00Z");
    }

    @Test
    void startTimeIsSetOnceInWholeSeconds() {
        Pod pod = pod("Always", "", "regular");
        PodStatus first = StatusTransitions.settle(pod, new PodStatus(), new PodStatus(), NOW);
        assertThat(first.getStartTime()).isEqualTo("2026-03-01T10:00:00Z");

        PodStatus second =
                StatusTransitions.settle(
                        pod,
                        first,
                        new PodStatusBuilder().withStartTime("2026-03-01T11:00:00Z").build(),
                        NOW.plusSeconds(60));
        assertThat(second.getStartTime()).isEqualTo("2026-03-01T10:00:00Z");
    }

    @Test
    void aTerminalPhaseAndTheObservedGenerationNeverGoBack() {
        PodStatus before =
                new PodStatusBuilder()
                        .withPhase("Failed")
                        .withReason("Evicted")
                        .withMessage("low on memory")
                        .withObservedGeneration(4L)
                        .build();
        PodStatus next =
                new PodStatusBuilder().withPhase("Running").withObservedGeneration(3L).build();

        PodStatus settled =
                StatusTransitions.settle(pod("Always", "", "regular"), before, next, NOW);

        assertThat(settled.getPhase()).isEqualTo("Failed");
        assertThat(settled.getReason()).isEqualTo("Evicted");
        assertThat(settled.getMessage()).isEqualTo("low on memory");
        assertThat(settled.getObservedGeneration()).isEqualTo(4L);
    }

    @Test
    void containersAreSortedByNameAndInitContainersAsInTheSpec() {
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .addNewInitContainer()
                        .withName("z-first")
                        .endInitContainer()
                        .addNewInitContainer()
                        .withName("a-second")
                        .endInitContainer()
                        .addNewContainer()
                        .withName("web")
                        .endContainer()
                        .addNewContainer()
                        .withName("log")
                        .endContainer()
                        .endSpec()
                        .build();
        PodStatus next =
                new PodStatusBuilder()
                        .withInitContainerStatuses(running("a-second"), running("z-first"))
                        .withContainerStatuses(running("web"), running("log"))
                        .build();

        PodStatus settled = StatusTransitions.settle(pod, new PodStatus(), next, NOW);

        assertThat(settled.getInitContainerStatuses())
                .extracting(ContainerStatus::getName)
                .containsExactly("z-first", "a-second");
        assertThat(settled.getContainerStatuses())
                .extracting(ContainerStatus::getName)
                .containsExactly("log", "web");
        assertThat(settled.getContainerStatuses().getFirst().getState().getRunning().getStartedAt())
                .isEqualTo("2026-03-01T09:00:00Z");
    }

    @Test
    void terminationMessagesShareTwelveKibibytesAndAreCutBetweenCharacters() {
        String long4 = "a".repeat(6143) + "é".repeat(20);
        ContainerStatus status =
                new ContainerStatusBuilder(ended("c", 1))
                        .editState()
                        .editTerminated()
                        .withMessage(long4)
                        .endTerminated()
                        .endState()
                        .build();

        PodStatus settled =
                StatusTransitions.settle(
                        pod("Never", "", "regular"), new PodStatus(), with("regular", status), NOW);

        String message =
                settled.getContainerStatuses().getFirst().getState().getTerminated().getMessage();
        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSize(6143);
    }

    @Test
    void settlingTwiceChangesNothing() {
        Pod pod = pod("Never", "", "regular");
        PodStatus once =
                StatusTransitions.settle(pod, new PodStatus(), with("regular", running("c")), NOW);
        PodStatus twice = StatusTransitions.settle(pod, once, once, NOW.plusSeconds(5));
        assertThat(twice).isEqualTo(once);
    }
}
