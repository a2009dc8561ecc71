package dev.caravel.kubelet.evict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdsTest {
    private static Threshold threshold(Signal signal, long amount) {
        return new Threshold(
                signal, new Threshold.Value.Amount(amount), Optional.empty(), Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({"100Mi,104857600", "1G,1000000000", "10%,100", "25%,250"})
    void valuesAreAmountsOrShares(String text, long expected) {
        assertThat(Thresholds.value(text).orElseThrow().of(1000)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0%", "100%", "nonsense"})
    void zeroAndAHundredPercentSwitchAThresholdOff(String text) {
        assertThat(Thresholds.value(text)).isEmpty();
    }

    @ParameterizedTest(name = "{0}: containerfs follows {1}")
    @CsvSource({"ONE,1", "IMAGES_ONLY_APART,1", "IMAGES_APART,2"})
    void theContainerFileSystemFollowsTheOneItLiesOn(DiskLayout layout, long expected) {
        List<Threshold> all =
                Thresholds.withContainerFs(
                        List.of(
                                threshold(Signal.NODE_FS, 1),
                                threshold(Signal.IMAGE_FS, 2),
                                threshold(Signal.NODE_FS_INODES, 1),
                                threshold(Signal.IMAGE_FS_INODES, 2),
                                threshold(Signal.CONTAINER_FS, 99)),
                        layout);
        assertThat(all)
                .filteredOn(t -> t.signal() == Signal.CONTAINER_FS)
                .singleElement()
                .extracting(t -> t.value().of(1000))
                .isEqualTo(expected);
        assertThat(all)
                .filteredOn(t -> t.signal() == Signal.CONTAINER_FS_INODES)
                .singleElement()
                .extracting(t -> t.value().of(1000))
                .isEqualTo(expected);
    }

    @Test
    void signalsAreFoundByTheirConfiguredName() {
        for (Signal signal : Signal.values()) {
            assertThat(Signal.of(signal.text())).contains(signal);
        }
        assertThat(Signal.of("cpu.available")).isEmpty();
    }
}
