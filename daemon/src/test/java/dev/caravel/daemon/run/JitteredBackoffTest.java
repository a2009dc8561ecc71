package dev.caravel.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class JitteredBackoffTest {
    private static JitteredBackoff backoff(double jitter, RandomGenerator random) {
        return new JitteredBackoff(
                Duration.ofMillis(100), 2, Duration.ofMillis(700), jitter, random);
    }

    @Test
    void growsToTheCeilingAndBeginsAgain() {
        JitteredBackoff backoff = backoff(0, new Random(1));
        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(100));
        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(400));
        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(700));
        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(700));
        backoff.reset();
        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void lengthensByAtMostTheJitter() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            assertThat(backoff(0.5, random).next())
                    .isBetween(Duration.ofMillis(100), Duration.ofMillis(150));
        }
    }
}
