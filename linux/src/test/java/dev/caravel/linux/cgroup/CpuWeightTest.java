package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuWeightTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    2,      1
                    3,      1
                    28,     1
                    29,     2
                    100,    4
                    512,    20
                    1024,   39
                    2048,   79
                    102400, 3906
                    262143, 9999
                    262144, 10000
                    999999, 10000
                    0,      1
                    """)
    void sharesBecomeAWeight(long shares, long weight) {
        assertThat(CpuWeight.ofShares(shares)).isEqualTo(weight);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    1,     2
                    2,     28
                    20,    500
                    39,    998
                    100,   2597
                    10000, 262144
                    """)
    void weightsBecomeShares(long weight, long shares) {
        assertThat(CpuWeight.toShares(weight)).isEqualTo(shares);
    }

    @Test
    void noWeightGrowsByBeingReadBack() {
        for (long weight = 1; weight <= 10000; weight++) {
            assertThat(CpuWeight.ofShares(CpuWeight.toShares(weight)))
                    .isBetween(weight - 1, weight);
        }
    }
}
