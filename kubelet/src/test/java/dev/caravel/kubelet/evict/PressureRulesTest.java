package dev.caravel.kubelet.evict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PressureRulesTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Threshold HARD =
            threshold(Signal.MEMORY, 100, Optional.empty(), Duration.ZERO);
    private static final Threshold SOFT =
            threshold(Signal.MEMORY, 300, Optional.empty(), Duration.ofSeconds(90));
    private static final Threshold DISK =
            threshold(Signal.NODE_FS, 50, Optional.of(20L), Duration.ZERO);

    private PressureRules.Memory memory = PressureRules.Memory.EMPTY;

    private static Threshold threshold(
            Signal signal, long amount, Optional<Long> reclaim, Duration grace) {
        return new Threshold(
                signal,
                new Threshold.Value.Amount(amount),
                reclaim.map(Threshold.Value.Amount::new),
                grace);
    }

    private PressureRules.Look look(int seconds, long memoryLeft, long diskLeft) {
        PressureRules.Look look =
                PressureRules.look(
                        memory,
                        List.of(DISK, SOFT, HARD),
                        Map.of(
                                Signal.MEMORY, new Observation(memoryLeft, 1000),
                                Signal.NODE_FS, new Observation(diskLeft, 1000)),
                        FIVE_MINUTES,
                        START.plusSeconds(seconds));
        memory = look.memory();
        return look;
    }

    @Test
    void withEnoughOfEverythingThereIsNoPressure() {
        PressureRules.Look look = look(0, 500, 500);
        assertThat(look.pressures()).isEmpty();
        assertThat(look.due()).isEmpty();
    }

    @Test
    void aHardThresholdIsDueAtOnce() {
        PressureRules.Look look = look(0, 99, 500);
        assertThat(look.pressures()).containsExactly(NodePressure.MEMORY);
        assertThat(look.due()).containsExactly(HARD);
    }

    @Test
    void exactlyAtTheThresholdIsStillEnough() {
        assertThat(look(0, 300, 50).due()).isEmpty();
    }

    @Test
    void aSoftThresholdShowsPressureAtOnceAndIsDueAfterItsGrace() {
        assertThat(look(0, 200, 500).pressures()).containsExactly(NodePressure.MEMORY);
        assertThat(look(10, 200, 500).due()).isEmpty();
        assertThat(look(90, 200, 500).due()).containsExactly(SOFT);
    }

    @Test
    void aSoftThresholdThatIsInterruptedStartsAnew() {
        look(0, 200, 500);
        look(60, 400, 500);
        look(70, 200, 500);
        assertThat(look(100, 200, 500).due()).isEmpty();
        assertThat(look(160, 200, 500).due()).containsExactly(SOFT);
    }

    @Test
    void memoryComesBeforeDisk() {
        PressureRules.Look look = look(0, 99, 10);
        assertThat(look.due().getFirst().signal()).isEqualTo(Signal.MEMORY);
        assertThat(look.pressures()).containsOnly(NodePressure.MEMORY, NodePressure.DISK);
    }

    @Test
    void whatWasActedOnCountsUntilTheMinimumIsReclaimed() {
        assertThat(look(0, 500, 40).due()).containsExactly(DISK);
        assertThat(look(10, 500, 60).due()).containsExactly(DISK);
        assertThat(look(20, 500, 70).due()).isEmpty();
        assertThat(look(30, 500, 60).due()).isEmpty();
    }

    @Test
    void conditionsStayForTheTransitionPeriod() {
        look(0, 99, 500);
        assertThat(look(299, 500, 500).pressures()).containsExactly(NodePressure.MEMORY);
        assertThat(look(300, 500, 500).pressures()).isEmpty();
    }

    @Test
    void aSignalThatCannotBeReadRaisesNothing() {
        PressureRules.Look look =
                PressureRules.look(
                        PressureRules.Memory.EMPTY, List.of(HARD), Map.of(), FIVE_MINUTES, START);
        assertThat(look.pressures()).isEmpty();
    }

    @Test
    void aShareIsOfTheCapacity() {
        Threshold tenPercent =
                new Threshold(
                        Signal.NODE_FS,
                        new Threshold.Value.Share(0.1f),
                        Optional.empty(),
                        Duration.ZERO);
        assertThat(tenPercent.met(new Observation(99, 1000), false)).isTrue();
        assertThat(tenPercent.met(new Observation(100, 1000), false)).isFalse();
    }
}
