package dev.caravel.kubelet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.pod.PodRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HangTest {
    private static final PodRef POD = new PodRef("default", "web", "uid");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Action ANY = new Action.ReleasePod("test");

    @ParameterizedTest
    @CsvSource({
        "SANDBOX, 299, false",
        "SANDBOX, 301, true",
        "RELEASE, 301, true",
        "IMAGE, 9999, false",
        "HOOK, 9999, false",
        "STOP, 9999, false"
    })
    void anActionHangsOnceItIsOlderThanItCanBe(
            ActivityKey.Topic topic, long seconds, boolean hangs) {
        ActivityKey key = new ActivityKey(topic, "");
        Instant since = NOW.minusSeconds(seconds);

        List<Hang> found =
                Hang.of(POD, Optional.empty(), Map.of(key, new Activity.Running(ANY, since)), NOW);

        assertThat(found)
                .isEqualTo(
                        hangs ? List.of(new Hang(POD, Optional.of(key), since)) : List.<Hang>of());
    }

    @Test
    void anActionThatIsDoneDoesNotHang() {
        Map<ActivityKey, Activity> done =
                Map.of(
                        ActivityKey.SANDBOX,
                        new Activity.Done(
                                ANY, new Outcome.Success(), NOW.minus(Duration.ofHours(1))));

        assertThat(Hang.of(POD, Optional.empty(), done, NOW)).isEmpty();
    }

    @Test
    void aWorkerHangsWhenItsStepDoes() {
        Instant since = NOW.minusSeconds(31);

        assertThat(Hang.of(POD, Optional.of(since), Map.of(), NOW))
                .containsExactly(new Hang(POD, Optional.empty(), since));
        assertThat(Hang.of(POD, Optional.of(NOW.minusSeconds(29)), Map.of(), NOW)).isEmpty();
    }
}
