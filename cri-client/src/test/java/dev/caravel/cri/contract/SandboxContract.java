package dev.caravel.cri.contract;

import static dev.caravel.cri.contract.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.RuntimeConfig;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.cri.Sandbox;
import dev.caravel.cri.SandboxFilter;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.SandboxState;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The runtime itself and the life of sandboxes. */
interface SandboxContract {
    Lab lab();

    @Test
    default void theRuntimeSaysWhoItIsAndThatItIsReady() {
        assertThat(lab().runtime().version().version()).isEqualTo("0.1.0");

        var status = lab().runtime().status(false);
        assertThat(status.condition(RuntimeStatus.RUNTIME_READY))
                .map(RuntimeStatus.Condition::status)
                .contains(true);
        assertThat(status.condition(RuntimeStatus.NETWORK_READY))
                .map(RuntimeStatus.Condition::status)
                .contains(true);
        assertThat(status.handlers().isEmpty()).isNotEqualTo(lab().modern());
    }

    @Test
    default void theRuntimeNamesItsCgroupDriverOrIsTooOldTo() {
        assertThat(lab().runtime().runtimeConfig())
                .isInstanceOf(
                        lab().modern()
                                ? RuntimeConfig.Reported.class
                                : RuntimeConfig.Unimplemented.class);
    }

    @Test
    default void theRuntimeTakesThePodCidr() {
        lab().runtime().updateRuntimeConfig("10.1.0.0/24,fd00::/64");
    }

    @Test
    default void aSandboxIsReadyWithAnAddressAndWhatItWasMadeFrom() {
        var pod = lab().pod("ready");
        String id = lab().run(pod);

        var status = lab().runtime().podSandboxStatus(id);

        assertThat(status.id()).isEqualTo(id);
        assertThat(status.metadata()).isEqualTo(pod.metadata());
        assertThat(status.state()).isEqualTo(SandboxState.READY);
        assertThat(status.ips()).hasSize(1).allSatisfy(InetAddress::ofLiteral);
        assertThat(status.labels()).isEqualTo(pod.labels());
        assertThat(status.annotations()).isEqualTo(pod.annotations());
        assertThat(status.namespaces())
                .isEqualTo(
                        pod.linux()
                                .orElseThrow()
                                .securityContext()
                                .orElseThrow()
                                .namespaceOptions());
    }

    @Test
    default void aSecondSandboxOfTheSameAttemptIsRefused() {
        var pod = lab().pod("twin");
        lab().run(pod);

        assertThat(failureOf(() -> lab().run(pod)).detail()).contains("reserve");
    }

    @Test
    default void anotherAttemptOfTheSamePodIsAnotherSandbox() {
        var pod = lab().pod("again");
        String first = lab().run(pod);
        lab().runtime().stopPodSandbox(first);
        var old = pod.metadata();

        String second =
                lab().run(
                                lab().pod(
                                                new SandboxMetadata(
                                                        old.name(),
                                                        old.namespace(),
                                                        old.uid(),
                                                        1)));

        var listed =
                lab().runtime()
                        .listPodSandboxes(SandboxFilter.withLabels(Map.of("uid", old.uid())));
        assertThat(listed.unusable()).isEmpty();
        assertThat(listed.items())
                .extracting(s -> s.id() + " " + s.metadata().attempt() + " " + s.state())
                .containsExactlyInAnyOrder(first + " 0 NOT_READY", second + " 1 READY");
    }

    @Test
    default void anUnknownRuntimeHandlerIsRefused() {
        var pod = lab().pod("handler");

        assertThat(failureOf(() -> lab().runtime().runPodSandbox(pod, "nosuch")).detail())
                .contains("\"nosuch\"");
    }

    @Test
    default void stoppingASandboxEndsItsContainersAndKeepsAll() {
        var pod = lab().pod("stopped");
        String sandbox = lab().run(pod);
        String running = lab().start(sandbox, lab().box("running"), pod);
        String created = lab().runtime().createContainer(sandbox, lab().box("created"), pod);

        lab().runtime().stopPodSandbox(sandbox);
        lab().runtime().stopPodSandbox(sandbox); // once more is fine

        assertThat(lab().runtime().podSandboxStatus(sandbox).state())
                .isEqualTo(SandboxState.NOT_READY);
        var exited = lab().runtime().containerStatus(running);
        assertThat(exited.state()).isEqualTo(ContainerState.EXITED);
        assertThat(exited.exitCode()).isEqualTo(137);
        assertThat(lab().runtime().containerStatus(created).state())
                .isEqualTo(ContainerState.CREATED);
    }

    @Test
    default void aStoppedSandboxTakesNoContainers() {
        var pod = lab().pod("late");
        String sandbox = lab().run(pod);
        lab().runtime().stopPodSandbox(sandbox);

        var failure =
                failureOf(() -> lab().runtime().createContainer(sandbox, lab().box("main"), pod));

        assertThat(failure.detail()).contains("running");
        assertThat(failure.objectId()).contains("main");
    }

    @Test
    default void removingASandboxRemovesItsContainers() {
        var pod = lab().pod("removed");
        String sandbox = lab().run(pod);
        String container = lab().start(sandbox, lab().box("main"), pod);

        lab().runtime().removePodSandbox(sandbox); // though it was not stopped

        assertThat(failureOf(() -> lab().runtime().podSandboxStatus(sandbox)).isNotFound())
                .isTrue();
        assertThat(failureOf(() -> lab().runtime().containerStatus(container)).isNotFound())
                .isTrue();
        assertThat(lab().runtime().listContainers(ContainerFilter.inSandbox(sandbox)).items())
                .isEmpty();
        assertThat(lab().run(pod)).isNotEqualTo(sandbox); // the name is free again
    }

    @Test
    default void stoppingAndRemovingWhatIsNotThereIsFine() {
        lab().runtime().stopPodSandbox("nosuch");
        lab().runtime().removePodSandbox("nosuch");
        assertThat(failureOf(() -> lab().runtime().podSandboxStatus("nosuch")).isNotFound())
                .isTrue();
        assertThat(failureOf(() -> lab().runtime().portForward("nosuch", List.of(80))).isNotFound())
                .isTrue();
    }

    @Test
    default void sandboxListsFilterByIdStateAndLabels() {
        var one = lab().pod("listone");
        String ready = lab().run(one);
        String stopped = lab().run(lab().pod("listtwo"));
        lab().runtime().stopPodSandbox(stopped);

        assertThat(ids(SandboxFilter.all())).contains(ready, stopped);
        assertThat(ids(SandboxFilter.withLabels(one.labels()))).containsExactly(ready);
        assertThat(ids(SandboxFilter.withLabels(Map.of("app", "other")))).isEmpty();
        assertThat(ids(new SandboxFilter(Optional.of(stopped), Optional.empty(), Map.of())))
                .containsExactly(stopped);
        assertThat(ids(of(stopped, SandboxState.NOT_READY))).containsExactly(stopped);
        assertThat(ids(of(stopped, SandboxState.READY))).isEmpty();
    }

    private static SandboxFilter of(String id, SandboxState state) {
        return new SandboxFilter(Optional.of(id), Optional.of(state), Map.of());
    }

    private List<String> ids(SandboxFilter filter) {
        return lab().runtime().listPodSandboxes(filter).items().stream().map(Sandbox::id).toList();
    }

    @Test
    default void podResourcesCanBeUpdatedOrTheRuntimeIsTooOldTo() {
        String sandbox = lab().run(lab().pod("resized"));
        var resources = Optional.of(LinuxResources.builder().cpuShares(512).build());

        if (lab().modern()) {
            lab().runtime().updatePodSandboxResources(sandbox, Optional.empty(), resources);
        } else {
            assertThat(
                            failureOf(() ->
                                            lab().runtime()
                                                    .updatePodSandboxResources(
                                                            sandbox, Optional.empty(), resources))
                                    .isUnimplemented())
                    .isTrue();
        }
    }
}
