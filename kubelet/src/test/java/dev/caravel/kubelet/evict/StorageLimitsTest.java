package dev.caravel.kubelet.evict;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageLimitsTest {
    private static Pod pod(@Nullable String emptyDirLimit, @Nullable String containerLimit) {
        return Victims.builder("web", 0, Map.of())
                .editSpec()
                .editFirstContainer()
                .withResources(
                        new ResourceRequirementsBuilder()
                                .withLimits(
                                        containerLimit == null
                                                ? Map.of()
                                                : Map.of(
                                                        "ephemeral-storage",
                                                        new Quantity(containerLimit)))
                                .build())
                .endContainer()
                .addNewVolume()
                .withName("scratch")
                .withNewEmptyDir()
                .withSizeLimit(emptyDirLimit == null ? null : new Quantity(emptyDirLimit))
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    within all limits                    | 100 | 1000 | 10   | 10  | 90  | ''
                    an emptyDir above its limit          | 100 |      | 0    | 0   | 101 | Usage of EmptyDir volume "scratch" exceeds the limit "100".
                    no limit, no eviction                |     |      | 9999 | 999 | 999 | ''
                    the pod above its containers' limits |     | 1000 | 400  | 300 | 400 | Pod ephemeral local storage usage exceeds the total limit of containers 1k.
                    a limit of zero is none              | 0   |      | 0    | 0   | 5   | ''
                    """)
    void aPodAboveALimitIsEvicted(
            String sentence,
            @Nullable String emptyDir,
            @Nullable String container,
            long rootfs,
            long logs,
            long volume,
            String message) {
        assertThat(
                        StorageLimits.broken(
                                        pod(emptyDir, container),
                                        Victims.disk(rootfs, logs, volume),
                                        DiskLayout.ONE)
                                .map(e -> e.message().strip())
                                .orElse(""))
                .as(sentence)
                .isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource({"ONE,true", "IMAGES_APART,false"})
    void aContainersLayerCountsOnlyWhereItSharesTheDisk(DiskLayout layout, boolean evicted) {
        // The other container lifts the pod's limit, so that only the container's own is broken.
        Pod pod =
                Victims.builder("web", 0, Map.of())
                        .editSpec()
                        .editFirstContainer()
                        .withResources(
                                new ResourceRequirementsBuilder()
                                        .addToLimits("ephemeral-storage", new Quantity("100"))
                                        .build())
                        .endContainer()
                        .addNewContainer()
                        .withName("other")
                        .withResources(
                                new ResourceRequirementsBuilder()
                                        .addToLimits("ephemeral-storage", new Quantity("1000"))
                                        .build())
                        .endContainer()
                        .endSpec()
                        .build();
        assertThat(StorageLimits.broken(pod, Victims.disk(150, 10, 0), layout).isPresent())
                .isEqualTo(evicted);
    }

    @Test
    void podsWithoutLimitsNeedNoMeasurement() {
        assertThat(StorageLimits.any(pod(null, null))).isFalse();
        assertThat(StorageLimits.any(pod("1Gi", null))).isTrue();
        assertThat(StorageLimits.any(pod(null, "1Gi"))).isTrue();
    }
}
