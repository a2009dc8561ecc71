package dev.caravel.kubelet.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.allocation.PodAllocation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResizePlanTest {

    private static final String NO = "NotRequired";
    private static final String RESTART = "RestartContainer";

    private static Scene sized(String cpuPolicy, String memoryPolicy) {
        return Scene.pod().sized("web", "200m", "64Mi", cpuPolicy, memoryPolicy).sandbox();
    }

    private static Action.StopContainer restart(String name) {
        return new Action.StopContainer(
                name,
                Scene.id(name, 0),
                Duration.ofSeconds(30),
                Scene.NOW,
                Optional.empty(),
                true,
                "test");
    }

    @Test
    void aPodThatHasWhatItWasGrantedIsLeftAlone() {
        assertThat(sized(NO, NO).running("web").has("web", "200m", "64Mi").plan()).isEmpty();
    }

    @Test
    void aRunningContainerGetsOtherAmountsInPlace() {
        assertThat(sized(NO, RESTART).running("web").has("web", "100m", "64Mi").plan())
                .containsExactly("resize [web]");
    }

    @Test
    void aContainerWhosePolicySaysSoIsStoppedForIt() {
        assertThat(sized(NO, RESTART).running("web").has("web", "200m", "32Mi").plan())
                .containsExactly("stop/web 30s");
    }

    @Test
    void thePodFollowsWhileTheContainerIsDownAndItsStartWaitsForThat() {
        Scene down =
                sized(NO, RESTART)
                        .exited("web", 0)
                        .imageFor("web", 1)
                        .has("web", "200m", "32Mi")
                        .done(restart("web"), new Outcome.Success());
        assertThat(down.plan()).containsExactly("resize [] and pod");
        PodAllocation target = PodAllocation.of(down.snapshot().pod());
        down.done(
                new Action.ResizePod(target, List.of(), true, "s0", "test"), new Outcome.Success());
        assertThat(down.plan()).containsExactly("start/web#1");
    }

    @Test
    void aContainerStoppedForItsResizeRunsAgainEvenIfItEndedWell() {
        Scene scene =
                sized(NO, RESTART)
                        .policy("OnFailure")
                        .exited("web", 0)
                        .imageFor("web", 1)
                        .has("web", "200m", "64Mi")
                        .done(restart("web"), new Outcome.Success());
        assertThat(scene.plan()).containsExactly("start/web#1");
    }

    @Test
    void otherResourcesEndTheBackOff() {
        Scene held =
                Scene.pod()
                        .sized("web", "200m", "64Mi", NO, NO)
                        .sandbox()
                        .exited("web", 1)
                        .imageFor("web", 1)
                        .backOff("web", 40, 60);
        assertThat(held.plan()).isEmpty();
        Scene resized =
                Scene.pod()
                        .sized("web", "200m", "64Mi", NO, NO)
                        .backOff("web", 40, 60)
                        .resized("web", "300m", "64Mi")
                        .sandbox()
                        .exited("web", 1)
                        .imageFor("web", 1);
        assertThat(resized.plan()).containsExactly("start/web#1");
    }

    @Test
    void aContainerKilledByItsProbeRunsAgainUnderOnFailureEvenIfItEndedWell() {
        Scene running =
                Scene.pod()
                        .policy("OnFailure")
                        .web("web")
                        .sandbox()
                        .running("web")
                        .livenessFails("web");
        assertThat(running.wholePlan().actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.StopContainer.class,
                        stop -> {
                            assertThat(stop.restart()).isTrue();
                            assertThat(stop.message())
                                    .contains(
                                            "Container web failed liveness probe, will be restarted");
                        });
        Scene never =
                Scene.pod()
                        .policy("Never")
                        .web("web")
                        .sandbox()
                        .running("web")
                        .livenessFails("web");
        assertThat(never.wholePlan().actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.StopContainer.class,
                        stop -> {
                            assertThat(stop.restart()).isFalse();
                            assertThat(stop.message())
                                    .contains("Container web failed liveness probe");
                        });
    }
}
