package dev.caravel.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;

class NodeConditionsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final String BEFORE = "2026-03-01T09:00:00Z";

    private static NodeCondition condition(String type, String status) {
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason("before")
                .withMessage("before")
                .withLastTransitionTime(BEFORE)
                .withLastHeartbeatTime(BEFORE)
                .build();
    }

    private static NodeHealth health(boolean memory, boolean disk, boolean pid) {
        return new NodeHealth(List.of(), Optional.empty(), memory, disk, pid);
    }

    private static NodeCondition of(NodeConditions.Result result, String type) {
        return result.conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest(name = "{0} goes from {1} to {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    MemoryPressure | False | True  | KubeletHasInsufficientMemory | NodeHasInsufficientMemory
                    MemoryPressure | True  | False | KubeletHasSufficientMemory   | NodeHasSufficientMemory
                    DiskPressure   | False | True  | KubeletHasDiskPressure       | NodeHasDiskPressure
                    DiskPressure   | True  | False | KubeletHasNoDiskPressure     | NodeHasNoDiskPressure
                    PIDPressure    | False | True  | KubeletHasInsufficientPID    | NodeHasInsufficientPID
                    PIDPressure    | True  | False | KubeletHasSufficientPID      | NodeHasSufficientPID
                    PIDPressure    | Unknown | False | KubeletHasSufficientPID    | NodeHasSufficientPID
                    """)
    void pressureMovesWithReasonTimeAndEvent(
            String type, String from, String to, String reason, String event) {
        boolean pressed = to.equals("True");
        NodeConditions.Result result =
                NodeConditions.of(
                        "n1",
                        List.of(
                                condition("MemoryPressure", type.startsWith("M") ? from : "False"),
                                condition("DiskPressure", type.startsWith("D") ? from : "False"),
                                condition("PIDPressure", type.startsWith("P") ? from : "False"),
                                condition("Ready", "True")),
                        health(
                                type.startsWith("M") && pressed,
                                type.startsWith("D") && pressed,
                                type.startsWith("P") && pressed),
                        List.of(),
                        NOW);
        assertThat(of(result, type).getStatus()).isEqualTo(to);
        assertThat(of(result, type).getReason()).isEqualTo(reason);
        assertThat(of(result, type).getLastTransitionTime()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(result.events())
                .extracting(NodeEvent::message)
                .containsExactly("Node n1 status is now: " + event);
    }

    @Test
    void whatStaysKeepsReasonAndTransitionTimeAndGetsAHeartbeat() {
        NodeConditions.Result result =
                NodeConditions.of(
                        "n1",
                        List.of(condition("MemoryPressure", "False"), condition("Ready", "True")),
                        health(false, false, false),
                        List.of(),
                        NOW);
        NodeCondition memory = of(result, "MemoryPressure");
        assertThat(memory.getReason()).isEqualTo("before");
        assertThat(memory.getLastTransitionTime()).isEqualTo(BEFORE);
        assertThat(memory.getLastHeartbeatTime()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(of(result, "Ready").getLastTransitionTime()).isEqualTo(BEFORE);
        assertThat(of(result, "Ready").getReason()).isEqualTo("KubeletReady");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @CsvSource({"NetworkUnavailable"})
    void readyComesLastOnANewNode(String foreign) {
        List<NodeCondition> existing =
                foreign == null || foreign.isEmpty()
                        ? List.of()
                        : List.of(condition(foreign, "False"));
        NodeConditions.Result result =
                NodeConditions.of("n1", existing, health(false, false, false), List.of(), NOW);
        assertThat(result.conditions().getLast().getType()).isEqualTo("Ready");
        assertThat(result.events()).extracting(NodeEvent::reason).doesNotContain("NodeReady");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    one problem is the message         | container runtime is down | ''  | ''      | container runtime is down
                    several stand in brackets          | a                         | b   | ''      | [a, b]
                    a problem told twice counts once   | a                         | a   | ''      | a
                    missing capacity is a problem      | ''                        | ''  | pods    | missing node capacity for resources: pods
                    it comes after the others          | a                         | ''  | cpu     | [a, missing node capacity for resources: cpu]
                    """)
    void notReadySaysWhy(
            String sentence, String first, String second, String missing, String message) {
        List<String> problems = List.of(first, second).stream().filter(p -> !p.isEmpty()).toList();
        NodeConditions.Result result =
                NodeConditions.of(
                        "n1",
                        List.of(condition("Ready", "True")),
                        new NodeHealth(problems, Optional.empty(), false, false, false),
                        missing.isEmpty() ? List.of() : List.of(missing),
                        NOW);
        NodeCondition ready = of(result, "Ready");
        assertThat(ready.getMessage()).as(sentence).isEqualTo(message);
        assertThat(ready.getStatus()).isEqualTo("False");
        assertThat(ready.getReason()).isEqualTo("KubeletNotReady");
        assertThat(result.events()).extracting(NodeEvent::reason).contains("NodeNotReady");
    }

    @Test
    void softRequirementsAreAWarningInTheMessage() {
        NodeConditions.Result result =
                NodeConditions.of(
                        "n1",
                        List.of(),
                        new NodeHealth(
                                List.of(), Optional.of("no swap accounting"), false, false, false),
                        List.of(),
                        NOW);
        assertThat(of(result, "Ready").getMessage())
                .isEqualTo("kubelet is posting ready status. WARNING: no swap accounting");
        assertThat(of(result, "Ready").getStatus()).isEqualTo("True");
    }
}
