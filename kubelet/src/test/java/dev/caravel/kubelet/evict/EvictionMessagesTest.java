package dev.caravel.kubelet.evict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvictionMessagesTest {
    private static final Threshold MEMORY =
            new Threshold(
                    Signal.MEMORY,
                    new Threshold.Value.Amount(100L << 20),
                    Optional.empty(),
                    Duration.ZERO);

    @Test
    void theMessageNamesThresholdAndContainersAboveTheirRequest() {
        Eviction eviction =
                EvictionMessages.nodeLow(
                        MEMORY,
                        Map.of(Signal.MEMORY, new Observation(90L << 20, 1L << 30)),
                        Victims.pod("web", 0, Map.of("memory", "32Mi")).pod(),
                        Optional.of(Victims.memory(64L << 20)));
        assertThat(eviction.message())
                .isEqualTo(
                        "The node was low on resource: memory. Threshold quantity: 100Mi,"
                                + " available: 90Mi. Container c was using 64Mi, request is 32Mi,"
                                + " has larger consumption of memory. ");
        assertThat(eviction.annotations())
                .containsEntry("offending_containers", "c")
                .containsEntry("offending_containers_usage", "64Mi")
                .containsEntry("starved_resource", "memory");
        assertThat(eviction.disruption()).isTrue();
        assertThat(eviction.signal()).isEqualTo("memory.available");
    }

    @Test
    void containersWithinTheirRequestAreNotBlamed() {
        Eviction eviction =
                EvictionMessages.nodeLow(
                        MEMORY,
                        Map.of(),
                        Victims.pod("web", 0, Map.of("memory", "1Gi")).pod(),
                        Optional.of(Victims.memory(64L << 20)));
        assertThat(eviction.message()).isEqualTo("The node was low on resource: memory. ");
        assertThat(eviction.annotations()).containsEntry("offending_containers", "");
    }

    @Test
    void aContainerWithoutRequestAskedForZero() {
        Eviction eviction =
                EvictionMessages.nodeLow(
                        new Threshold(
                                Signal.NODE_FS,
                                new Threshold.Value.Share(0.5f),
                                Optional.empty(),
                                Duration.ZERO),
                        Map.of(Signal.NODE_FS, new Observation(1L << 30, 4L << 30)),
                        Victims.pod("web", 0, Map.of()).pod(),
                        Optional.of(Victims.disk(1 << 20, 1 << 20, 0)));
        assertThat(eviction.message())
                .isEqualTo(
                        "The node was low on resource: ephemeral-storage. Threshold quantity: 2Gi,"
                                + " available: 1Gi. Container c was using 2Mi, request is 0, has"
                                + " larger consumption of ephemeral-storage. ");
    }

    @Test
    void aPodThatCannotBeMeasuredGetsTheShortMessage() {
        Eviction eviction =
                EvictionMessages.nodeLow(
                        MEMORY, Map.of(), Victims.pod("web", 0, Map.of()).pod(), Optional.empty());
        assertThat(eviction.annotations()).isEmpty();
    }
}
