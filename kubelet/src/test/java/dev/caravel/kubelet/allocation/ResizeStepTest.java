package dev.caravel.kubelet.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.cgroup.CgroupLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResizeStepTest {

    private static final CgroupLimits NOW = limits(100, 10_000, 1000);

    private static CgroupLimits limits(long shares, long quota, long memory) {
        return CgroupLimits.none()
                .withCpuShares(shares)
                .withCpuQuota(quota, 100_000)
                .withMemoryLimit(memory);
    }

    private static ContainerResize container(String name, Amounts from, Amounts to) {
        return new ContainerResize(name, name + "-id", from, to);
    }

    private static Amounts memory(long limit) {
        return new Amounts(limit, 10, 100, 100);
    }

    private static Amounts cpu(long request) {
        return new Amounts(1000, 10, 100, request);
    }

    private static List<String> say(List<ResizeStep> steps) {
        return steps.stream()
                .map(s ->
                        switch (s) {
                            case ResizeStep.PodMemory _ -> "pod memory";
                            case ResizeStep.PodQuota _ -> "pod quota";
                            case ResizeStep.PodShares _ -> "pod shares";
                            case ResizeStep.OfContainer c ->
                                    c.container().name() + " " + c.resource();
                            case ResizeStep.Complete c -> "complete " + c.resource();
                        })
                .toList();
    }

    @Test
    void aGrowingPodGrowsBeforeItsContainers() {
        List<ResizeStep> steps =
                ResizeStep.of(
                        List.of(container("a", memory(500), memory(700))),
                        false,
                        NOW,
                        limits(100, 10_000, 1200));
        assertThat(say(steps)).containsExactly("pod memory", "a MEMORY", "complete MEMORY");
    }

    @Test
    void aShrinkingPodShrinksAfterItsContainers() {
        List<ResizeStep> steps =
                ResizeStep.of(
                        List.of(container("a", memory(500), memory(300))),
                        false,
                        NOW,
                        limits(100, 10_000, 800));
        assertThat(say(steps)).containsExactly("a MEMORY", "pod memory", "complete MEMORY");
    }

    @Test
    void containersThatGiveComeBeforeThoseThatTake() {
        List<ResizeStep> steps =
                ResizeStep.of(
                        List.of(
                                container("more", memory(500), memory(700)),
                                container("less", memory(500), memory(300))),
                        false,
                        NOW,
                        NOW);
        assertThat(say(steps)).containsExactly("less MEMORY", "more MEMORY", "complete MEMORY");
    }

    @Test
    void limitsGrowBeforeRequestsAndShrinkAfterThem() {
        List<ResizeStep> grow = ResizeStep.of(List.of(), true, NOW, limits(200, 20_000, 1000));
        assertThat(say(grow))
                .containsExactly("complete MEMORY", "pod quota", "pod shares", "complete CPU");
        List<ResizeStep> shrink =
                ResizeStep.of(
                        List.of(container("a", cpu(90), cpu(50))),
                        true,
                        NOW,
                        limits(50, 5_000, 1000));
        assertThat(say(shrink))
                .containsExactly(
                        "complete MEMORY", "a CPU", "pod shares", "pod quota", "complete CPU");
    }

    @Test
    void memoryComesBeforeCpu() {
        Amounts to = new Amounts(700, 10, 200, 200);
        List<ResizeStep> steps =
                ResizeStep.of(
                        List.of(container("a", memory(500), to)),
                        false,
                        NOW,
                        limits(200, 20_000, 1200));
        assertThat(say(steps))
                .containsExactly(
                        "pod memory",
                        "a MEMORY",
                        "complete MEMORY",
                        "pod quota",
                        "pod shares",
                        "a CPU",
                        "complete CPU");
    }

    @Test
    void noLimitIsTheGreatestLimit() {
        CgroupLimits open = CgroupLimits.none().withCpuShares(100).withCpuQuota(-1, 100_000);
        List<ResizeStep> first =
                ResizeStep.of(
                        List.of(container("a", cpu(90), cpu(100))), false, open, limits(100, 5, 7));
        assertThat(say(first)).containsExactly("a CPU", "pod quota", "complete CPU");
    }

    @Test
    void whatThePodHasNoLimitForStaysAsItIs() {
        List<ResizeStep> steps =
                ResizeStep.of(
                        List.of(container("a", memory(500), memory(700))),
                        false,
                        NOW,
                        CgroupLimits.none().withCpuShares(100));
        assertThat(say(steps)).containsExactly("a MEMORY", "complete MEMORY");
    }
}
