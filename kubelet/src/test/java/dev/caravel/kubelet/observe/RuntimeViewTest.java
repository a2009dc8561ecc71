package dev.caravel.kubelet.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.cri.fake.Fault;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.pod.RuntimeLabels;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuntimeViewTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final FakeRuntime runtime = new FakeRuntime(Clock.systemUTC());
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final RuntimeView view = new RuntimeView(runtime, Ticks.system(), told::add);
    private String sick = "";

    @BeforeEach
    void twoPodsRun() {
        runtime.addImage("img");
        sick = run("sick");
        run("sound");
    }

    @Test
    void aListShowsWhatRunsOfEveryPod() throws Exception {
        view.relist(LONG);

        assertThat(view.of("sick").containers()).hasSize(1);
        assertThat(view.of("sound").containers()).hasSize(1);
        assertThat(told).containsExactlyInAnyOrder("sick", "sound");
    }

    @Test
    void aCallThatHangsForOnePodHidesNoOther() throws Exception {
        Fault hang = runtime.hang("container_status", sick);

        view.relist(Duration.ofMillis(1));

        Awaitility.await("the sound pod is seen")
                .atMost(LONG)
                .until(() -> view.of("sound").containers().size() == 1);
        assertThat(view.isUnseen("sick")).isTrue();
        assertThat(view.isUnseen("sound")).isFalse();
        assertThat(view.of("sick")).isEqualTo(ObservedPod.NOTHING);

        hang.end();
        Awaitility.await("the other is seen as soon as the runtime tells")
                .atMost(LONG)
                .until(() -> told.contains("sick"));
        assertThat(view.isUnseen("sick")).isFalse();
        assertThat(view.of("sick").containers()).hasSize(1);
    }

    @Test
    void aPodThatCannotBeLookedAtCountsAsUnseenUntilItCan() throws Exception {
        runtime.fail("container_status", sick, Code.INTERNAL, "no shim");

        view.relist(LONG);
        assertThat(view.isUnseen("sick")).isTrue();
        assertThat(told).containsExactly("sound");

        runtime.endFaults();
        view.relist(LONG);
        assertThat(view.isUnseen("sick")).isFalse();
        assertThat(told).containsExactly("sound", "sick");
    }

    @Test
    void aPodThatCannotBeLookedAtAnyMoreKeepsItsPicture() throws Exception {
        view.relist(LONG);
        runtime.fail("container_status", sick, Code.INTERNAL, "no shim");
        runtime.exit(sick, 1);

        view.relist(LONG);

        assertThat(view.isUnseen("sick")).isFalse();
        assertThat(view.of("sick").containers().getFirst().isRunning()).isTrue();
    }

    @Test
    void whatTheRuntimeNoLongerListsIsGone() throws Exception {
        view.relist(LONG);
        runtime.removeContainer(sick);

        view.relist(LONG);

        assertThat(view.of("sick").containers()).isEmpty();
        assertThat(view.of("sound").containers()).hasSize(1);
    }

    private String run(String name) {
        Map<String, String> labels =
                Map.of(
                        RuntimeLabels.POD_UID,
                        name,
                        RuntimeLabels.POD_NAME,
                        name,
                        RuntimeLabels.POD_NAMESPACE,
                        "default");
        SandboxConfig pod =
                SandboxConfig.builder(new SandboxMetadata(name, "default", name, 0))
                        .labels(labels)
                        .build();
        String sandbox = runtime.runPodSandbox(pod, "");
        String id =
                runtime.createContainer(
                        sandbox,
                        ContainerConfig.builder(new ContainerMetadata("c", 0), ImageSpec.of("img"))
                                .labels(labels)
                                .build(),
                        pod);
        runtime.startContainer(id);
        return id;
    }
}
