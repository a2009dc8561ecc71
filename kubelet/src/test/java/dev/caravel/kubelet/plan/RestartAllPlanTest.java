package dev.caravel.kubelet.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.ContainerState;
import org.junit.jupiter.api.Test;

class RestartAllPlanTest {

    private static Scene pod() {
        return Scene.pod()
                .init("i")
                .sidecar("log")
                .webThatRestartsAll("source")
                .web("web")
                .sandbox();
    }

    @Test
    void theEndThatRestartsAllStopsTheOthersAtOnce() {
        Scene scene = pod().exited("i", 0).running("log").exited("source", 42).running("web");
        assertThat(scene.plan()).containsExactlyInAnyOrder("stop/log 0s", "stop/web 0s");
    }

    @Test
    void theContainersAreRemovedTheOneThatEndedSoLast() {
        Scene others =
                pod().exited("i", 0).exited("log", 137).exited("source", 42).exited("web", 137);
        assertThat(others.plan())
                .containsExactlyInAnyOrder("remove/i-0", "remove/log-0", "remove/web-0");
        assertThat(pod().exited("source", 42).plan()).containsExactly("remove/source-0");
    }

    @Test
    void olderOnesOfTheSameNameGoToo() {
        Scene scene =
                pod().observed("web", "s0", 0, ContainerState.EXITED, 1, 50)
                        .observed("web", "s0", 1, ContainerState.EXITED, 137, 1)
                        .exited("source", 42);
        assertThat(scene.plan()).containsExactlyInAnyOrder("remove/web-0", "remove/web-1");
    }

    @Test
    void thenThePodBeginsWithItsFirstInitContainerInTheSameSandbox() {
        assertThat(pod().imageFor("i", 0).plan()).containsExactly("start/i#0");
    }

    @Test
    void anotherExitCodeRestartsNothing() {
        Scene scene =
                pod().exited("i", 0)
                        .running("log")
                        .started("log")
                        .exited("source", 1)
                        .running("web");
        assertThat(scene.plan()).isEmpty();
    }
}
