package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VolumeBackOffTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void doublesFromHalfASecondToTwoMinutesAndTwoSeconds() {
        List<Long> pauses = new ArrayList<>();
        VolumeBackOff backOff = VolumeBackOff.first(NOW);
        for (int i = 0; i < 10; i++) {
            pauses.add(backOff.pause().toMillis());
            backOff = backOff.next(NOW);
        }
        assertThat(pauses)
                .containsExactly(
                        500L, 1000L, 2000L, 4000L, 8000L, 16000L, 32000L, 64000L, 122000L, 122000L);
    }

    @Test
    void restsUntilTheTryIsDue() {
        VolumeBackOff backOff = VolumeBackOff.first(NOW);
        assertThat(backOff.resting(NOW)).isTrue();
        assertThat(backOff.resting(NOW.plus(Duration.ofMillis(499)))).isTrue();
        assertThat(backOff.resting(NOW.plus(Duration.ofMillis(500)))).isFalse();
    }
}
