package dev.caravel.kubelet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.probe.ProbeStreak.Verdict;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeStreakTest {

    @ParameterizedTest(name = "{0} starting at {1} becomes {2}")
    @CsvSource(
            textBlock =
                    """
                    +,     FAILURE, FAILURE
                    ++,    FAILURE, SUCCESS
                    +-+,   FAILURE, FAILURE
                    --,    SUCCESS, SUCCESS
                    ---,   SUCCESS, FAILURE
                    --+--, SUCCESS, SUCCESS
                    ---++, SUCCESS, SUCCESS
                    ---+,  SUCCESS, FAILURE
                    """)
    void changesItsVerdictOnlyWhenAThresholdOfEqualResultsIsReached(
            String runs, Verdict start, Verdict end) {
        ProbePlan plan =
                ProbePlan.of(
                        ProbeKind.READINESS,
                        new ProbeBuilder().withSuccessThreshold(2).withFailureThreshold(3).build());
        ProbeStreak streak = ProbeStreak.startingWith(start);
        for (int i = 0; i < runs.length(); i++) {
            streak = streak.after(runs.charAt(i) == '+', plan);
        }
        assertThat(streak.verdict()).isEqualTo(end);
    }
}
