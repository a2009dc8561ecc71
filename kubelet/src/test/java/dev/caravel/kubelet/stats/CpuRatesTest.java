package dev.caravel.kubelet.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuRatesTest {
    private static final long SECOND = 1_000_000_000L;

    private final CpuRates rates = new CpuRates();

    private void first(String path, long at, long cpu) {
        assertThat(rates.rate(path, at, cpu)).isEmpty();
        rates.endSnapshot();
    }

    @Test
    void tellsBillionthsOfACoreBetweenTwoReadings() {
        first("/a", SECOND, 5 * SECOND);
        assertThat(rates.rate("/a", 11 * SECOND, 20 * SECOND)).hasValue(1_500_000_000L);
    }

    @Test
    void keepsTheRateWhenAskedAgainAtOnce() {
        first("/a", 0, 0);
        assertThat(rates.rate("/a", 2 * SECOND, SECOND)).hasValue(500_000_000L);
        rates.endSnapshot();
        assertThat(rates.rate("/a", 2 * SECOND + 1, 2 * SECOND)).hasValue(500_000_000L);
    }

    @Test
    void startsAnewWhenTheGroupWasMadeAnew() {
        first("/a", 0, 9 * SECOND);
        assertThat(rates.rate("/a", 2 * SECOND, SECOND)).isEmpty();
    }

    @Test
    void forgetsGroupsThatAreGone() {
        first("/a", 0, 0);
        rates.endSnapshot();
        assertThat(rates.knows("/a")).isFalse();
    }
}
