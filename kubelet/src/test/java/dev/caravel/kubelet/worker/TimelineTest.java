package dev.caravel.kubelet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.objects.FakeTicks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private static final Instant BEGIN = Instant.parse("2026-11-24T12:00:00Z");

    private static Instant at(long millis) {
        return BEGIN.plusMillis(millis);
    }

    @Test
    void aTryThatSucceedsTakesThePlaceOfFailedOnesAndCountsThem() {
        Timeline t =
                Timeline.from(BEGIN)
                        .with("image of web", at(5), at(10), false, List.of())
                        .with("image of web", at(1_000), at(1_020), false, List.of())
                        .with("image of web", at(3_000), at(3_500), true, List.of());
        assertThat(t.steps())
                .containsExactly(
                        new Timeline.Step(
                                "image of web",
                                Duration.ofMillis(3_000),
                                Duration.ofMillis(500),
                                2,
                                true,
                                List.of()));
    }

    @Test
    void nothingIsAddedOnceThePodIsReady() {
        Timeline t =
                Timeline.from(BEGIN)
                        .with("sandbox", at(0), at(200), true, List.of())
                        .readyAt(at(300))
                        .readyAt(at(900))
                        .with("refresh of volumes", at(60_000), at(60_001), true, List.of());
        assertThat(t.whole()).contains(Duration.ofMillis(300));
        assertThat(t.steps()).hasSize(1);
    }

    @Test
    void progressMeasuresPartsAndAWaitKnownOnlyAfterwards() {
        FakeTicks ticks = new FakeTicks(BEGIN);
        Progress progress = new Progress(ticks);
        assertThat(progress.current()).isEmpty();
        progress.part("look up");
        ticks.advance(Duration.ofMillis(3));
        progress.part("pull", () -> "waits for its turn");
        assertThat(progress.current().orElseThrow().detail().get()).isEqualTo("waits for its turn");
        ticks.advance(Duration.ofMillis(100));
        progress.began("queue", Duration.ofMillis(60));
        assertThat(progress.end(ticks.now()))
                .containsExactly(
                        new Timeline.Part("look up", Duration.ofMillis(3)),
                        new Timeline.Part("queue", Duration.ofMillis(60)),
                        new Timeline.Part("pull", Duration.ofMillis(40)));
    }
}
