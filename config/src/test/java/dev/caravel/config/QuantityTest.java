package dev.caravel.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    0,         0,                   0,           0
                    100m,      1,                   100,         100m
                    1500m,     2,                   1500,        1500m
                    2,         2,                   2000,        2
                    10Mi,      10485760,            10485760000, 10Mi
                    1024Mi,    1073741824,          1073741824000, 1Gi
                    0.5Gi,     536870912,           536870912000, 512Mi
                    1.5Ki,     1536,                1536000,     1536
                    0.1Ki,     103,                 102400,      102400m
                    1000,      1000,                1000000,     1k
                    1k,        1000,                1000000,     1k
                    12e3,      12000,               12000000,    12e3
                    1E3,       1000,                1000000,     1e3
                    -5,        -5,                  -5000,       -5
                    +5,        5,                   5000,        5
                    1.G,       1000000000,          1000000000000, 1G
                    .5,        1,                   500,         500m
                    1n,        1,                   1,           1n
                    0.1n,      1,                   1,           1n
                    1E,        1000000000000000000, 9223372036854775807, 1E
                    100Ei,     9223372036854775807, 9223372036854775807, 9223372036854775807
                    """)
    void amountsAreReadRoundedUpAndWrittenInTheirLargestUnit(
            String text, long whole, long milli, String canonical) {
        Quantity quantity = Quantity.parse(text).orElseThrow();
        assertThat(quantity.longValue()).isEqualTo(whole);
        assertThat(quantity.milliValue()).isEqualTo(milli);
        assertThat(quantity).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "Ki",
                "1KiB",
                "1K",
                "1 Gi",
                " 1",
                "1 ",
                "1e",
                "1ee3",
                "1e999999999",
                "x",
                "1.2.3",
                "0x10"
            })
    void whatIsNoAmountIsRefused(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1Gi, 1024Mi", "1, 1000m", "0, 0Ki"})
    void sameAmountsHaveTheSameValue(String one, String other) {
        assertThat(Quantity.parse(one).orElseThrow().value())
                .isEqualTo(Quantity.parse(other).orElseThrow().value());
    }
}
