package dev.caravel.kubelet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFilesTest {

    private static LogFiles of(String... names) {
        return LogFiles.of("0.log", List.of(names));
    }

    @Test
    void onlyFilesRotatedFromTheLogCountAndWhatWasInterruptedIsUnused() {
        LogFiles files =
                of(
                        "1.log.20260101-000000",
                        "0.log.20260102-000000",
                        "0.log.20260101-000000.gz",
                        "0.log.20260101-000000",
                        "0.log.20260102-000000.tmp",
                        "0.log",
                        "0.logs");
        assertThat(files.rotated())
                .containsExactly("0.log.20260101-000000.gz", "0.log.20260102-000000");
        assertThat(files.unused())
                .containsExactlyInAnyOrder("0.log.20260101-000000", "0.log.20260102-000000.tmp");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    2, a b c
                    3, a b
                    4, a
                    5, ''
                    9, ''
                    """)
    void theOldestGoSoThatWithTheLogAndItsSuccessorAsManyRemainAsAllowed(
            int maxFiles, String removed) {
        LogFiles files = of("0.log.a", "0.log.c", "0.log.b");
        assertThat(String.join(" ", files.excess(maxFiles)).replace("0.log.", ""))
                .isEqualTo(removed);
    }

    @Test
    void allButTheNewestAreCompressedOnce() {
        assertThat(of("0.log.a.gz", "0.log.b", "0.log.c").compressible())
                .containsExactly("0.log.b");
        assertThat(of("0.log.a").compressible()).isEmpty();
        assertThat(of().compressible()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',                                          20261124-080000
                    20261124-075959,                             20261124-080000
                    20261124-080000,                             20261124-080001
                    20261124-080000.gz 20261124-080001,          20261124-080002
                    20271231-235959,                             20280101-000000
                    something-else,                              20261124-080000
                    """)
    void namesTellTheOrderAlsoWhenSeveralFallIntoOneSecondOrTheClockWasSetBack(
            String present, String expected) {
        LogFiles files =
                of(
                        present.isEmpty()
                                ? new String[0]
                                : List.of(present.split(" ", -1)).stream()
                                        .map(n -> "0.log." + n)
                                        .toArray(String[]::new));
        assertThat(files.nextName(LocalDateTime.parse("2026-11-24T08:00:00.9")))
                .isEqualTo("0.log." + expected);
    }
}
