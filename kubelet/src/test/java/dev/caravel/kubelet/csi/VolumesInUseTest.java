package dev.caravel.kubelet.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class VolumesInUseTest {
    private final AtomicInteger published = new AtomicInteger();
    private final VolumesInUse volumes = new VolumesInUse(published::incrementAndGet);

    @Test
    void nothingIsToldBeforeWhatWasUsedIsKnown() {
        assertThat(volumes.names()).isEmpty();
        volumes.recovered(Set.of("a"));
        assertThat(volumes.names()).hasValue(List.of("a"));
    }

    @Test
    void aVolumeIsUsedOnlyOnceTheApiServerShowsIt() throws Exception {
        volumes.recovered(Set.of());
        CompletableFuture<Boolean> entered =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return volumes.enter("v", Duration.ofMinutes(1));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        await().until(() -> volumes.names().orElseThrow().contains("v"));
        assertThat(entered).isNotDone();
        assertThat(published).hasPositiveValue();
        volumes.reported(List.of("v"));
        assertThat(entered.get()).isTrue();
        assertThat(volumes.enter("v", Duration.ZERO)).as("shown already").isTrue();
    }

    @Test
    void aWaitThatIsTooLongIsTold() throws Exception {
        assertThat(volumes.enter("v", Duration.ofMillis(1))).isFalse();
    }

    @Test
    void whoeverWaitsInVainLeavesNothingBehind() throws Exception {
        volumes.recovered(Set.of());
        volumes.reported(List.of("v"));
        assertThat(volumes.enter("v", Duration.ZERO)).isTrue();
        assertThat(volumes.enter("v", Duration.ZERO)).isTrue();
        volumes.leave("v");
        assertThat(volumes.names()).as("the other pod still waits").hasValue(List.of("v"));
        volumes.leave("v");
        assertThat(volumes.names()).hasValue(List.of());
    }

    @Test
    void aMountedVolumeCountsUntilItIsOff() throws Exception {
        volumes.recovered(Set.of());
        volumes.reported(List.of("v"));
        assertThat(volumes.enter("v", Duration.ZERO)).isTrue();
        volumes.keep("v");
        volumes.leave("v");
        assertThat(volumes.names()).hasValue(List.of("v"));
        volumes.release("v");
        assertThat(volumes.names()).hasValue(List.of());
    }
}
