package dev.caravel.kubelet.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusMergeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static PodStatusBuilder status(String phase, String... typeAndStatus) {
        PodStatusBuilder builder = new PodStatusBuilder().withPhase(phase);
        for (String ts : typeAndStatus) {
            List<String> parts = List.of(ts.split("="));
            builder.addNewCondition()
                    .withType(parts.getFirst())
                    .withStatus(parts.getLast())
                    .withLastTransitionTime("2026-03-01T09:00:00Z")
                    .endCondition();
        }
        return builder;
    }

    private static List<String> conditions(PodStatus status) {
        return status.getConditions().stream().map(c -> c.getType() + "=" + c.getStatus()).toList();
    }

    @Test
    void foreignConditionsStayAndOwnOnesAreReplaced() {
        PodStatus merged =
                StatusMerge.merge(
                        status("Running", "lb/attached=True", "Ready=False", "Old=True").build(),
                        status("Running", "Ready=True", "lb/attached=False").build(),
                        false,
                        NOW);
        assertThat(conditions(merged))
                .containsExactly("lb/attached=True", "Old=True", "Ready=True");
    }

    @Test
    void fieldsOfOthersStay() {
        PodStatus api =
                status("Running")
                        .withQosClass("Burstable")
                        .withNominatedNodeName("n2")
                        .addNewResourceClaimStatus("claim", "made-1")
                        .build();
        PodStatus merged = StatusMerge.merge(api, status("Running").build(), false, NOW);
        assertThat(merged.getResourceClaimStatuses()).isEqualTo(api.getResourceClaimStatuses());
        assertThat(merged.getNominatedNodeName()).isEqualTo("n2");
        assertThat(merged.getQosClass()).isEqualTo("Burstable");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a terminal phase waits for the containers     | Running | Failed    | true  | Running
                    and is written when they are down             | Running | Failed    | false | Failed
                    also for a pod that never ran                 | Pending | Failed    | true  | Pending
                    a phase that is terminal already is not held  | Failed  | Failed    | true  | Failed
                    running needs no wait                         | Pending | Running   | true  | Running
                    success waits like failure                    | Running | Succeeded | true  | Running
                    """)
    void terminalPhasesAreWithheld(
            String sentence, String api, String ours, boolean mayStillRun, String expected) {
        PodStatus mine = status(ours).withReason("Evicted").build();
        PodStatus merged = StatusMerge.merge(status(api).build(), mine, mayStillRun, NOW);
        assertThat(merged.getPhase()).as(sentence).isEqualTo(expected);
        assertThat(StatusMerge.withheld(merged, mine))
                .isEqualTo(!expected.equals(ours) && mayStillRun);
        if (StatusMerge.withheld(merged, mine)) {
            assertThat(merged.getReason()).isNull();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    written together with the terminal phase | Running | Failed | false | true
                    not while containers may run             | Running | Failed | true  | false
                    not with a living phase                  | Running | Running| false | false
                    not again once the phase is terminal     | Failed  | Failed | false | false
                    """)
    void theDisruptionTargetIsWrittenWithTheTerminalPhaseOnly(
            String sentence, String api, String ours, boolean mayStillRun, boolean written) {
        PodStatus merged =
                StatusMerge.merge(
                        status(api).build(),
                        status(ours, "DisruptionTarget=True").build(),
                        mayStillRun,
                        NOW);
        assertThat(conditions(merged).contains("DisruptionTarget=True"))
                .as(sentence)
                .isEqualTo(written);
        if (written) {
            assertThat(merged.getConditions().getFirst().getLastTransitionTime())
                    .isEqualTo("2026-03-01T10:00:00Z");
        }
    }

    @Test
    void aDisruptionTargetOfTheSchedulerStays() {
        PodStatus merged =
                StatusMerge.merge(
                        status("Running", "DisruptionTarget=True").build(),
                        status("Running").build(),
                        false,
                        NOW);
        assertThat(conditions(merged)).containsExactly("DisruptionTarget=True");
    }

    @ParameterizedTest
    @CsvSource({"Succeeded,PodCompleted", "Failed,PodFailed"})
    void aPodThatIsOverIsNotReady(String phase, String reason) {
        PodStatus merged =
                StatusMerge.merge(
                        status("Running", "Ready=True", "ContainersReady=True").build(),
                        status(phase, "Ready=True", "ContainersReady=True", "PodScheduled=True")
                                .build(),
                        false,
                        NOW);
        assertThat(conditions(merged))
                .containsExactly("Ready=False", "ContainersReady=False", "PodScheduled=True");
        assertThat(merged.getConditions())
                .filteredOn(c -> c.getType().endsWith("Ready"))
                .extracting(PodCondition::getReason, PodCondition::getLastTransitionTime)
                .containsOnly(org.assertj.core.groups.Tuple.tuple(reason, "2026-03-01T10:00:00Z"));
    }
}
