package dev.caravel.kubelet.evict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.pod.DesiredPod;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VictimOrderTest {
    private static List<String> order(
            List<DesiredPod> pods, Map<String, PodUsage> usages, Signal signal, DiskLayout layout) {
        return VictimOrder.of(pods, usages, signal, layout).stream()
                .map(p -> p.ref().name())
                .toList();
    }

    @Test
    void podsAboveTheirRequestGoFirstThenTheLowerPriorityThenTheGreedier() {
        List<DesiredPod> pods =
                List.of(
                        Victims.pod("modest", 0, Map.of("memory", "100")),
                        Victims.pod("above-high", 10, Map.of("memory", "100")),
                        Victims.pod("above", 0, Map.of("memory", "100")),
                        Victims.pod("far-above", 0, Map.of()));
        assertThat(
                        order(
                                pods,
                                Map.of(
                                        "modest", Victims.memory(90),
                                        "above-high", Victims.memory(900),
                                        "above", Victims.memory(150),
                                        "far-above", Victims.memory(80)),
                                Signal.MEMORY,
                                DiskLayout.ONE))
                .containsExactly("far-above", "above", "above-high", "modest");
    }

    @Test
    void aPodThatCannotBeMeasuredGoesFirst() {
        assertThat(
                        order(
                                List.of(
                                        Victims.pod("known", 0, Map.of()),
                                        Victims.pod("unknown", 100, Map.of("memory", "1Gi"))),
                                Map.of("known", Victims.memory(1000)),
                                Signal.ALLOCATABLE_MEMORY,
                                DiskLayout.ONE))
                .containsExactly("unknown", "known");
    }

    @Test
    void forProcessesPriorityComesFirst() {
        assertThat(
                        order(
                                List.of(
                                        Victims.pod("many-high", 10, Map.of()),
                                        Victims.pod("few", 0, Map.of()),
                                        Victims.pod("many", 0, Map.of())),
                                Map.of(
                                        "many-high", Victims.tasks(5000),
                                        "few", Victims.tasks(2),
                                        "many", Victims.tasks(50)),
                                Signal.PID,
                                DiskLayout.ONE))
                .containsExactly("many", "few", "many-high");
    }

    @ParameterizedTest(name = "{0} in layout {1}: {2} goes first")
    @CsvSource({
        "NODE_FS,ONE,layers",
        "IMAGE_FS,ONE,layers",
        "NODE_FS,IMAGES_APART,volumes",
        "IMAGE_FS,IMAGES_APART,layers",
        "CONTAINER_FS,IMAGES_APART,layers",
        "NODE_FS,IMAGES_ONLY_APART,layers",
        "CONTAINER_FS_INODES,IMAGES_ONLY_APART,layers",
        "NODE_FS_INODES,IMAGES_APART,volumes"
    })
    void onlyWhatLiesOnTheStarvedDiskCounts(Signal signal, DiskLayout layout, String first) {
        assertThat(
                        order(
                                        List.of(
                                                Victims.pod("volumes", 0, Map.of()),
                                                Victims.pod("layers", 0, Map.of())),
                                        Map.of(
                                                "volumes", Victims.disk(0, 100, 300),
                                                "layers", Victims.disk(1000, 10, 0)),
                                        signal,
                                        layout)
                                .getFirst())
                .isEqualTo(first);
    }

    @Test
    void ephemeralStorageRequestsCountForDisk() {
        assertThat(
                        order(
                                List.of(
                                        Victims.pod(
                                                "asked", 0, Map.of("ephemeral-storage", "1000")),
                                        Victims.pod("not-asked", 0, Map.of())),
                                Map.of(
                                        "asked", Victims.disk(900, 0, 0),
                                        "not-asked", Victims.disk(10, 0, 0)),
                                Signal.NODE_FS,
                                DiskLayout.ONE))
                .containsExactly("not-asked", "asked");
    }
}
