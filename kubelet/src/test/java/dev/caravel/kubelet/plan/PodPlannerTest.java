package dev.caravel.kubelet.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.ContainerState;
import dev.caravel.kubelet.plan.Termination.Cause;
import dev.caravel.kubelet.pod.PodContainer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPlannerTest {

    @Test
    void aNewPodGetsItsVolumesItsSandboxAndItsImageAtOnce() {
        Scene scene = new Scene().web("web");
        assertThat(scene.plan())
                .containsExactlyInAnyOrder("prepare", "create sandbox#0", "image/web");
    }

    @Test
    void aContainerStartsOnceSandboxVolumesAndImageAreThere() {
        assertThat(Scene.pod().web("web").sandbox().imageFor("web", 0).plan())
                .containsExactly("start/web#0");
    }

    @Test
    void aContainerWaitsForItsImage() {
        assertThat(Scene.pod().web("web").sandbox().plan()).containsExactly("image/web");
    }

    @Test
    void aRunningPodNeedsNothing() {
        Plan plan = Scene.pod().web("web").sandbox().running("web").wholePlan();
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.termination()).isEmpty();
    }

    @Test
    void regularContainersStartOneAfterTheOther() {
        Scene scene = Scene.pod().web("a").web("b").sandbox().imageFor("a", 0).imageFor("b", 0);
        assertThat(scene.plan()).containsExactly("start/a#0");
    }

    @Test
    void aFailingContainerHoldsBackNoOther() {
        Scene scene = Scene.pod().web("a").web("b").sandbox().imageFor("a", 0).imageFor("b", 0);
        PodContainer a = PodContainer.byName(scene.snapshot().pod(), "a").orElseThrow();
        scene.failed(new Action.StartContainer(a, 0, "s0", "sha", Optional.empty(), "test"), 5);
        assertThat(scene.plan()).containsExactly("start/b#0");
    }

    @Test
    void thePostStartHookRunsAfterTheStartAndHoldsBackTheNextContainer() {
        Scene scene =
                Scene.pod().webWithPostStart("a").web("b").sandbox().imageFor("b", 0).running("a");
        PodContainer a = PodContainer.byName(scene.snapshot().pod(), "a").orElseThrow();
        scene.done(
                new Action.StartContainer(a, 0, "s0", "sha", Optional.empty(), "test"),
                new Outcome.Started("a-0"));
        assertThat(scene.plan()).containsExactly("hook/a");
    }

    @Test
    void aHookOfAContainerThatAnotherProcessStartedIsNotRunAgain() {
        assertThat(Scene.pod().webWithPostStart("a").sandbox().running("a").plan()).isEmpty();
    }

    @Test
    void initContainersRunOneAfterTheOther() {
        Scene first = Scene.pod().init("i1").init("i2").web("web").sandbox().imageFor("i1", 0);
        assertThat(first.plan()).containsExactly("start/i1#0");
        Scene second =
                Scene.pod()
                        .init("i1")
                        .init("i2")
                        .web("web")
                        .sandbox()
                        .exited("i1", 0)
                        .imageFor("i2", 0);
        assertThat(second.plan()).containsExactly("start/i2#0");
        Scene third =
                Scene.pod()
                        .init("i1")
                        .init("i2")
                        .web("web")
                        .sandbox()
                        .exited("i1", 0)
                        .exited("i2", 0)
                        .imageFor("web", 0);
        assertThat(third.plan()).containsExactly("start/web#0");
    }

    @Test
    void aFailedInitContainerIsRunAgainUnlessThePolicyIsNever() {
        Scene always = Scene.pod().init("i").web("web").sandbox().exited("i", 1).imageFor("i", 1);
        assertThat(always.plan()).containsExactly("start/i#1");
        Plan never =
                Scene.pod()
                        .policy("Never")
                        .init("i")
                        .web("web")
                        .sandbox()
                        .exited("i", 1)
                        .wholePlan();
        assertThat(never.termination())
                .map(Termination::cause)
                .containsInstanceOf(Cause.Finished.class);
    }

    @Test
    void aSidecarLetsTheNextContainerStartOnlyOnceItHasStarted() {
        Scene waiting =
                Scene.pod().sidecar("log").web("web").sandbox().running("log").imageFor("web", 0);
        assertThat(waiting.plan()).isEmpty();
        assertThat(waiting.started("log").plan()).containsExactly("start/web#0");
    }

    @Test
    void aSidecarThatEndsIsStartedAgainWhileThePodRuns() {
        Scene scene =
                Scene.pod()
                        .sidecar("log")
                        .web("web")
                        .sandbox()
                        .exited("log", 0)
                        .running("web")
                        .imageFor("log", 1);
        assertThat(scene.plan()).containsExactly("start/log#1");
    }

    @Test
    void initIsNotRunAgainWhenARegularContainerOfThisSandboxExists() {
        Scene scene =
                Scene.pod().init("i").web("web").sandbox().exited("web", 1).imageFor("web", 1);
        assertThat(scene.plan()).containsExactly("start/web#1");
    }

    @ParameterizedTest(name = "policy {0}, exit code {1}: restarted {2}")
    @CsvSource(
            textBlock =
                    """
                    Always,    0, true
                    Always,    1, true
                    OnFailure, 0, false
                    OnFailure, 1, true
                    Never,     0, false
                    Never,     1, false
                    """)
    void restartPolicyDecidesWhetherAContainerRunsAgain(
            String policy, int code, boolean restarted) {
        Scene scene =
                Scene.pod()
                        .policy(policy)
                        .web("web")
                        .sandbox()
                        .exited("web", code)
                        .imageFor("web", 1);
        if (restarted) {
            assertThat(scene.plan()).containsExactly("start/web#1");
        } else {
            assertThat(scene.wholePlan().termination())
                    .map(Termination::cause)
                    .containsInstanceOf(Cause.Finished.class);
        }
    }

    @Test
    void aCrashedContainerWaitsForItsBackOff() {
        Plan plan =
                Scene.pod()
                        .web("web")
                        .sandbox()
                        .exited("web", 1, 3, 5)
                        .backOff("web", 20, 25)
                        .imageFor("web", 4)
                        .wholePlan();
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.wakeUp()).contains(Scene.NOW.plusSeconds(15));
        assertThat(plan.backOffs()).containsKey("web");
    }

    @Test
    void theBackOffDoublesWithTheNextStart() {
        Plan plan =
                Scene.pod()
                        .web("web")
                        .sandbox()
                        .exited("web", 1, 3, 30)
                        .backOff("web", 20, 60)
                        .imageFor("web", 4)
                        .wholePlan();
        Action.StartContainer start = (Action.StartContainer) plan.actions().getFirst();
        assertThat(start.backOff())
                .map(CrashBackOff::delay)
                .contains(java.time.Duration.ofSeconds(40));
    }

    @Test
    void aFailedLivenessProbeStopsTheContainer() {
        assertThat(Scene.pod().web("web").sandbox().running("web").livenessFails("web").plan())
                .containsExactly("stop/web 30s");
    }

    @Test
    void aDeadSandboxIsReplacedAfterItsContainersAreStopped() {
        Scene alive = Scene.pod().web("web").sandbox("s0", 0, false).running("web");
        assertThat(alive.plan()).containsExactly("stop/web 30s");
        Scene dead = Scene.pod().web("web").sandbox("s0", 0, false).exited("web", 137);
        assertThat(dead.plan()).containsExactly("create sandbox#1", "image/web");
    }

    @Test
    void aDeadSandboxIsNotReplacedWhenThePolicyIsNever() {
        Plan plan =
                Scene.pod()
                        .policy("Never")
                        .web("web")
                        .sandbox("s0", 0, false)
                        .exited("web", 137)
                        .wholePlan();
        assertThat(plan.termination())
                .map(Termination::cause)
                .containsInstanceOf(Cause.Finished.class);
    }

    @Test
    void initContainersRunAgainInANewSandbox() {
        Scene scene =
                Scene.pod()
                        .init("i")
                        .web("web")
                        .sandbox("s0", 0, false)
                        .sandbox("s1", 1, true)
                        .observed("i", "s0", 0, ContainerState.EXITED, 0, 50)
                        .observed("web", "s0", 0, ContainerState.EXITED, 137, 10)
                        .imageFor("i", 1);
        assertThat(scene.plan()).containsExactly("start/i#1");
    }

    @Test
    void deletionStopsRegularContainersFirstAndSidecarsLast() {
        Scene both =
                Scene.pod()
                        .sidecar("log")
                        .web("a")
                        .web("b")
                        .sandbox()
                        .running("log")
                        .running("a")
                        .running("b");
        assertThat(both.beingDeleted(10).plan())
                .containsExactlyInAnyOrder("stop/a 10s", "stop/b 10s");
        Scene last = Scene.pod().sidecar("log").web("a").sandbox().running("log").exited("a", 0);
        assertThat(last.beingDeleted(10).plan()).containsExactly("stop/log 10s");
    }

    @Test
    void deletionGoesOnWithTheSandboxThenWithVolumesAndCgroup() {
        Scene stopped = Scene.pod().web("web").sandbox().exited("web", 0).beingDeleted(10);
        assertThat(stopped.plan()).containsExactly("stop sandbox s0");
        Scene down =
                Scene.pod().web("web").sandbox("s0", 0, false).exited("web", 0).beingDeleted(10);
        assertThat(down.plan()).containsExactly("release");
        down.done(new Action.ReleasePod("test"), new Outcome.Success());
        assertThat(down.wholePlan().released()).isTrue();
    }

    @Test
    void aPodNobodyWantsLeavesNothingBehind() {
        Scene scene =
                Scene.pod()
                        .web("web")
                        .sandbox("s0", 0, false)
                        .exited("web", 0)
                        .orphaned()
                        .done(new Action.ReleasePod("test"), new Outcome.Success());
        assertThat(scene.plan()).containsExactly("remains");
    }

    @Test
    void graceNeverGetsLonger() {
        Scene scene =
                Scene.pod()
                        .web("web")
                        .sandbox()
                        .running("web")
                        .ending(new Cause.Deleted(), 4, 5)
                        .beingDeleted(60);
        assertThat(scene.plan()).containsExactly("stop/web 1s");
    }

    @Test
    void aShorterGraceInterruptsTheStopUnderWay() {
        Scene scene = Scene.pod().web("web").sandbox().running("web").beingDeleted(1);
        scene.busy(
                new Action.StopContainer(
                        "web",
                        "web-0",
                        java.time.Duration.ofMinutes(1),
                        Scene.NOW.plusSeconds(60),
                        Optional.empty(),
                        false,
                        "test"));
        assertThat(scene.wholePlan().cancel()).containsExactly(ActivityKey.stop("web"));
    }

    @Test
    void aRejectedPodIsNeverStarted() {
        Plan plan = new Scene().web("web").rejected("OutOfcpu").wholePlan();
        assertThat(plan.actions()).extracting(a -> a.key().toString()).containsExactly("release");
        assertThat(plan.termination())
                .map(Termination::cause)
                .containsInstanceOf(Cause.Failed.class);
    }

    @Test
    void aFailedActionWaitsForItsNextTry() {
        Plan plan =
                new Scene()
                        .web("web")
                        .failed(new Action.PreparePod("test"), 7)
                        .sandbox()
                        .imageFor("web", 0)
                        .wholePlan();
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.wakeUp()).contains(Scene.NOW.plusSeconds(7));
    }
}
