package dev.caravel.kubelet.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrashBackOffTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final CrashBackOff.Limits USUAL =
            CrashBackOff.Limits.of(false, Optional.empty());

    @ParameterizedTest(name = "after {0} s, set {1} s before the end: {2} s")
    @CsvSource({
        "10, 1, 20",
        "160, 5, 300",
        "300, 5, 300",
        "300, 599, 300",
        "300, 601, 10",
        "20, 601, 10"
    })
    void theNextDelayIsDoubledUntilTheContainerRanForTenMinutes(
            long delay, long updatedBefore, long expected) {
        CrashBackOff current =
                new CrashBackOff(Duration.ofSeconds(delay), NOW.minusSeconds(updatedBefore));
        // Starting again only after the wait changes nothing.
        CrashBackOff next =
                CrashBackOff.next(Optional.of(current), NOW, NOW.plusSeconds(delay), USUAL);
        assertThat(next.delay()).isEqualTo(Duration.ofSeconds(expected));
        assertThat(next.updated()).isEqualTo(NOW.plusSeconds(delay));
    }

    @ParameterizedTest(name = "reduced {0}, configured {1} s: {2} to {3} s")
    @CsvSource({
        "false, , 10, 300",
        "false, 5, 5, 5",
        "false, 60, 10, 60",
        "true, , 1, 60",
        "true, 300, 1, 300"
    })
    void theConfigurationBoundsTheDelays(
            boolean reduced, Long configured, long initial, long maximum) {
        CrashBackOff.Limits limits =
                CrashBackOff.Limits.of(
                        reduced, Optional.ofNullable(configured).map(Duration::ofSeconds));
        assertThat(limits)
                .isEqualTo(
                        new CrashBackOff.Limits(
                                Duration.ofSeconds(initial), Duration.ofSeconds(maximum)));
    }

    @Test
    void anotherImageOrOtherResourcesAreANewBeginning() {
        Container web = new ContainerBuilder().withName("web").withImage("a").build();
        Container image = new ContainerBuilder(web).withImage("b").build();
        Container resources =
                new ContainerBuilder(web)
                        .withNewResources()
                        .withLimits(Map.of("cpu", new Quantity("1")))
                        .endResources()
                        .build();
        assertThat(CrashBackOff.key(web))
                .isNotEqualTo(CrashBackOff.key(image))
                .isNotEqualTo(CrashBackOff.key(resources))
                .isEqualTo(CrashBackOff.key(new ContainerBuilder(web).build()));
    }
}
