package dev.caravel.kubelet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogPaceTest {

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    1000, 100,  100,   500
                    1000, 1,    100,   1000
                    10,   1000, 100,   20
                    0,    1000, 100,   20
                    -50,  1000, 100,   20
                    400,  1000, 1000,  200
                    """)
    void aLogIsLookedAtAfterHalfTheTimeItNeedsToItsLimit(
            long left, long grown, long sinceMillis, long nextMillis) {
        assertThat(LogPace.next(left, grown, Duration.ofMillis(sinceMillis)))
                .isEqualTo(Duration.ofMillis(nextMillis));
    }
}
