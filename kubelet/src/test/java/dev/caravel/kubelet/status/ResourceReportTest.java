package dev.caravel.kubelet.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.LinuxResources;
import dev.caravel.kubelet.allocation.PodAllocation;
import dev.caravel.kubelet.allocation.ResizePods;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResourceReportTest {

    private static ObservedContainer observed(
            ContainerState state, Optional<LinuxResources> resources) {
        ContainerStatus status =
                ContainerStatus.builder(
                                "web-0",
                                new ContainerMetadata("web", 0),
                                state,
                                Instant.EPOCH,
                                ImageSpec.of("img"))
                        .resources(resources)
                        .build();
        return new ObservedContainer("web", "s0", 0, "", "", status);
    }

    private static LinuxResources linux(long shares, long quota, long memory) {
        return LinuxResources.builder()
                .cpuShares(shares)
                .cpuQuota(quota)
                .cpuPeriod(100_000)
                .memoryLimitBytes(memory)
                .build();
    }

    private static ResourceRequirements shown(String cpu, String memory, ObservedContainer o) {
        Pod pod = ResizePods.pod("u", cpu, memory);
        PodContainer c = PodContainer.regular(pod).getFirst();
        return Objects.requireNonNull(
                ResourceReport.ofContainer(
                        c, o, Optional.of(PodAllocation.of(pod)), Optional.empty()));
    }

    @Test
    void aRunningContainerShowsWhatTheRuntimeEnforces() {
        ObservedContainer o =
                observed(ContainerState.RUNNING, Optional.of(linux(102, 10_000, 32L << 20)));
        ResourceRequirements shown = shown("200m", "64Mi", o);
        assertThat(text(shown.getRequests())).isEqualTo("{cpu=100m, memory=64Mi}");
        assertThat(text(shown.getLimits())).isEqualTo("{cpu=100m, memory=32Mi}");
    }

    @Test
    void aContainerThatDoesNotRunShowsWhatItWasGranted() {
        ObservedContainer o =
                observed(ContainerState.EXITED, Optional.of(linux(102, 10_000, 32L << 20)));
        assertThat(text(shown("200m", "64Mi", o).getLimits())).isEqualTo("{cpu=200m, memory=64Mi}");
    }

    @Test
    void amountsBelowTheKernelsUnitsKeepTheirText() {
        ObservedContainer o =
                observed(ContainerState.RUNNING, Optional.of(linux(2, 1000, 64L << 20)));
        ResourceRequirements shown = shown("1m", "64Mi", o);
        assertThat(text(shown.getRequests())).isEqualTo("{cpu=1m, memory=64Mi}");
        assertThat(text(shown.getLimits())).isEqualTo("{cpu=1m, memory=64Mi}");
    }

    @Test
    void aRuntimeThatSaysNothingLeavesWhatWasCarriedOut() {
        ObservedContainer o = observed(ContainerState.RUNNING, Optional.empty());
        Pod pod = ResizePods.pod("u", "200m", "64Mi");
        PodAllocation actuated =
                PodAllocation.of(pod).with("web", ResizePods.resources("100m", "32Mi"));
        ResourceRequirements shown =
                Objects.requireNonNull(
                        ResourceReport.ofContainer(
                                PodContainer.regular(pod).getFirst(),
                                o,
                                Optional.of(actuated),
                                Optional.of(new ContainerStatusBuilder().withName("web").build())));
        assertThat(text(shown.getLimits())).isEqualTo("{cpu=100m, memory=32Mi}");
        assertThat(text(shown.getRequests())).isEqualTo("{cpu=100m, memory=32Mi}");
    }

    private static String text(Map<?, ?> list) {
        return new java.util.TreeMap<>(list).toString();
    }
}
