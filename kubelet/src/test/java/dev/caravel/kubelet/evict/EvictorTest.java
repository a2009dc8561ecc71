package dev.caravel.kubelet.evict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.kubelet.event.RecordedEvents;
import dev.caravel.kubelet.pod.DesiredPod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvictorTest {
    private final ManualTicks ticks = new ManualTicks(Instant.parse("2026-03-01T10:00:00Z"));
    private final Map<Signal, Observation> observed = new EnumMap<>(Signal.class);
    private final Map<String, PodUsage> usages = new HashMap<>();
    private final List<DesiredPod> active = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final RecordedEvents events = new RecordedEvents();
    private boolean reclaimHelps;

    private final class Node implements NodeSignals {
        @Override
        public Map<Signal, Observation> measure() {
            return Map.copyOf(observed);
        }

        @Override
        public DiskLayout layout() {
            return DiskLayout.ONE;
        }
    }

    private Evictor evictor(Threshold... thresholds) {
        observed.put(Signal.MEMORY, new Observation(500, 1000));
        observed.put(Signal.NODE_FS, new Observation(500, 1000));
        return new Evictor(
                List.of(thresholds),
                new Evictor.Settings(Duration.ofMinutes(5), Duration.ofSeconds(10), true),
                new Evictor.Parts(
                        new Node(),
                        pod -> Optional.ofNullable(usages.get(pod.ref().uid())),
                        new Evictor.Pods(
                                () -> List.copyOf(active),
                                (pod, reason, message, disruption, grace) -> {
                                    done.add(
                                            "end "
                                                    + pod.ref().name()
                                                    + " "
                                                    + reason
                                                    + " "
                                                    + disruption
                                                    + " "
                                                    + grace.toSeconds());
                                    active.remove(pod);
                                },
                                pod -> !active.contains(pod)),
                        new Evictor.Reclaim(
                                () -> done.add("containers"),
                                () -> {
                                    done.add("images");
                                    if (reclaimHelps) {
                                        observed.put(Signal.NODE_FS, new Observation(500, 1000));
                                    }
                                }),
                        events,
                        signal -> done.add("count " + signal)),
                ticks);
    }

    private static Threshold below(Signal signal, long amount, Duration grace) {
        return new Threshold(signal, new Threshold.Value.Amount(amount), Optional.empty(), grace);
    }

    private void pod(DesiredPod pod, PodUsage usage) {
        active.add(pod);
        usages.put(pod.ref().uid(), usage);
    }

    @Test
    void aHealthyNodeIsLeftAlone() {
        Evictor evictor = evictor(below(Signal.MEMORY, 100, Duration.ZERO));
        assertThat(evictor.look()).isEmpty();
        assertThat(evictor.pressures()).isEmpty();
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void shortOfMemoryOnePodGoesAtOnce() {
        Evictor evictor = evictor(below(Signal.MEMORY, 100, Duration.ZERO));
        pod(Victims.pod("small", 0, Map.of()), Victims.memory(10));
        pod(Victims.pod("large", 0, Map.of()), Victims.memory(90));
        observed.put(Signal.MEMORY, new Observation(50, 1000));

        assertThat(evictor.look()).extracting(p -> p.ref().name()).containsExactly("large");

        assertThat(done).containsExactly("end large Evicted true 1", "count memory.available");
        assertThat(evictor.pressures()).containsExactly(NodePressure.MEMORY);
        assertThat(events.lines().getFirst())
                .isEqualTo("node Warning EvictionThresholdMet Attempting to reclaim memory");
        assertThat(events.lines().getLast())
                .startsWith("Warning Evicted The node was low on resource: memory.");
    }

    @Test
    void aSoftThresholdGivesThePodItsTimeUpToTheMaximum() {
        Evictor evictor = evictor(below(Signal.MEMORY, 100, Duration.ofSeconds(30)));
        pod(Victims.pod("web", 0, Map.of()), Victims.memory(90));
        observed.put(Signal.MEMORY, new Observation(50, 1000));

        assertThat(evictor.look()).isEmpty();
        ticks.advance(Duration.ofSeconds(30));
        assertThat(evictor.look()).hasSize(1);
        assertThat(done).contains("end web Evicted true 10");
    }

    @Test
    void shortOfDiskUnusedImagesGoBeforePods() {
        Evictor evictor = evictor(below(Signal.NODE_FS, 100, Duration.ZERO));
        pod(Victims.pod("web", 0, Map.of()), Victims.disk(90, 0, 0));
        observed.put(Signal.NODE_FS, new Observation(50, 1000));
        reclaimHelps = true;

        assertThat(evictor.look()).isEmpty();
        assertThat(done).containsExactly("containers", "images");

        observed.put(Signal.NODE_FS, new Observation(50, 1000));
        reclaimHelps = false;
        assertThat(evictor.look()).hasSize(1);
    }

    @Test
    void criticalPodsAreNeverEvicted() {
        Evictor evictor = evictor(below(Signal.MEMORY, 100, Duration.ZERO));
        pod(Victims.pod("dns", 2_000_000_000, Map.of()), Victims.memory(900));
        observed.put(Signal.MEMORY, new Observation(50, 1000));
        assertThat(evictor.look()).isEmpty();
        pod(Victims.pod("web", 0, Map.of()), Victims.memory(1));
        assertThat(evictor.look()).extracting(p -> p.ref().name()).containsExactly("web");
    }

    @Test
    void podsAboveTheirOwnStorageLimitGoWithoutPressure() {
        Evictor evictor = evictor(below(Signal.MEMORY, 100, Duration.ZERO));
        DesiredPod greedy =
                Victims.of(
                        Victims.builder("greedy", 0, Map.of())
                                .editSpec()
                                .addNewVolume()
                                .withName("scratch")
                                .withNewEmptyDir()
                                .withSizeLimit(new Quantity("10"))
                                .endEmptyDir()
                                .endVolume()
                                .endSpec());
        pod(greedy, Victims.disk(0, 0, 11));
        pod(Victims.pod("other", 0, Map.of()), Victims.disk(0, 0, 999));

        assertThat(evictor.look()).containsExactly(greedy);
        assertThat(done).containsExactly("end greedy Evicted false 1", "count emptydirfs.limit");
    }

    @Test
    void theLoopWaitsForTheEvictedPodBeforeItLooksAgain() {
        Evictor evictor = evictor(below(Signal.MEMORY, 100, Duration.ZERO));
        pod(Victims.pod("web", 0, Map.of()), Victims.memory(90));
        pod(Victims.pod("web2", 0, Map.of()), Victims.memory(80));
        observed.put(Signal.MEMORY, new Observation(50, 1000));
        evictor.start();
        await().until(() -> ticks.sleepers() == 1);
        assertThat(done).contains("end web Evicted true 1");
        observed.put(Signal.MEMORY, new Observation(500, 1000));

        ticks.advance(Duration.ofSeconds(1));
        await().until(() -> ticks.sleepers() == 1);
        ticks.advance(Duration.ofSeconds(10));
        await().until(() -> ticks.sleepers() == 1);
        assertThat(done).doesNotContain("end web2 Evicted true 1");
        evictor.close();
    }
}
