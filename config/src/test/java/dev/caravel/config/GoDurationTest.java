package dev.caravel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    0,                     PT0S
                    -0,                    PT0S
                    0s,                    PT0S
                    1h2m3.5s,              PT1H2M3.5S
                    500ms,                 PT0.5S
                    1.5h,                  PT1H30M
                    .5s,                   PT0.5S
                    1.s,                   PT1S
                    1h1h,                  PT2H
                    -1m30s,                PT-1M-30S
                    +5s,                   PT5S
                    100us,                 PT0.0001S
                    100\u00b5s,            PT0.0001S
                    7ns,                   PT0.000000007S
                    0.3333333333333s,      PT0.333333333S
                    9223372036854775807ns, PT9223372036.854775807S
                    """)
    void durationsAreReadAsGoReadsThem(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "5",
                "5x",
                "s",
                ".s",
                "1 s",
                "1s ",
                "1..5s",
                "9223372036854775808ns",
                "3000000h",
                "1e3s"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    PT0S,          0s
                    PT1M,          1m0s
                    PT1H,          1h0m0s
                    PT24H,         24h0m0s
                    PT1H2M3.5S,    1h2m3.5s
                    PT0.1S,        100ms
                    PT0.0015S,     1.5ms
                    PT0.000007S,   7\u00b5s
                    PT0.000000001S,1ns
                    PT-1M-30S,     -1m30s
                    """)
    void durationsAreWrittenAsGoWritesThem(Duration duration, String expected) {
        assertThat(GoDuration.format(duration)).isEqualTo(expected);
    }
}
