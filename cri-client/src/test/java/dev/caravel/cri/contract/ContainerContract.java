package dev.caravel.cri.contract;

import static dev.caravel.cri.contract.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.Container;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.EnvVar;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.LinuxResources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The life of containers. */
interface ContainerContract {
    Lab lab();

    @Test
    default void aContainerIsCreatedThenEndsWithItsExitCode() {
        var pod = lab().pod("life");
        String sandbox = lab().run(pod);
        String id = lab().runtime().createContainer(sandbox, lab().shell("main", "exit 3"), pod);

        var created = lab().runtime().containerStatus(id);
        assertThat(created.state()).isEqualTo(ContainerState.CREATED);
        assertThat(created.startedAt()).isEmpty();
        assertThat(created.finishedAt()).isEmpty();
        assertThat(created.metadata()).isEqualTo(new ContainerMetadata("main", 0));
        assertThat(created.image().image()).isEqualTo(lab().image());
        assertThat(created.imageRef()).contains("sha256:");
        assertThat(created.labels()).isEqualTo(Map.of("name", "main"));
        assertThat(created.annotations()).isEqualTo(Map.of("note", "of main"));
        assertThat(created.logPath()).isEqualTo(pod.logDirectory() + "/main.log");

        lab().runtime().startContainer(id);

        var exited = lab().awaitExit(id);
        assertThat(exited.exitCode()).isEqualTo(3);
        assertThat(exited.reason()).isEqualTo("Error");
        assertThat(exited.startedAt().orElseThrow()).isAfterOrEqualTo(created.createdAt());
        // not "after the start": containerd notes the start after the process may have ended
        assertThat(exited.finishedAt().orElseThrow()).isAfterOrEqualTo(created.createdAt());
    }

    @Test
    default void aContainerThatEndsWellHasCompleted() {
        var status = lab().awaitExit(lab().startAlone(lab().shell("done", "exit 0")));

        assertThat(status.exitCode()).isZero();
        assertThat(status.reason()).isEqualTo("Completed");
    }

    @Test
    default void aContainerStartsOnce() {
        String id = lab().startAlone(lab().box("once"));

        assertThat(failureOf(() -> lab().runtime().startContainer(id)).detail())
                .contains("CONTAINER_RUNNING");
        lab().runtime().stopContainer(id, Duration.ZERO);
        assertThat(failureOf(() -> lab().runtime().startContainer(id)).detail())
                .contains("CONTAINER_EXITED");
    }

    @Test
    default void aContainerWhoseCommandIsMissingHasAStartError() {
        var pod = lab().pod("badcommand");
        String sandbox = lab().run(pod);
        var config = lab().box("main").toBuilder().command(List.of("/nosuch")).build();
        String id = lab().runtime().createContainer(sandbox, config, pod);

        assertThat(failureOf(() -> lab().runtime().startContainer(id)).detail())
                .contains("/nosuch");

        var status = lab().runtime().containerStatus(id);
        assertThat(status.state()).isEqualTo(ContainerState.EXITED);
        assertThat(status.reason()).isEqualTo("StartError");
        assertThat(status.exitCode()).isEqualTo(128);
        assertThat(status.startedAt()).isEmpty();
        assertThat(status.message()).contains("/nosuch");
    }

    @Test
    default void aContainerInASandboxThatIsNotThereIsRefused() {
        var pod = lab().pod("orphan");

        var failure =
                failureOf(() -> lab().runtime().createContainer("nosuch", lab().box("main"), pod));

        assertThat(failure.isNotFound()).isTrue();
        assertThat(failure.operation()).isEqualTo("create_container");
    }

    @Test
    default void aContainerOfAnUnknownImageIsRefused() {
        var pod = lab().pod("imageless");
        String sandbox = lab().run(pod);
        var config =
                ContainerConfig.builder(
                                new ContainerMetadata("main", 0),
                                ImageSpec.of("caravel.test/nosuch:1"))
                        .build();

        var failure = failureOf(() -> lab().runtime().createContainer(sandbox, config, pod));

        assertThat(failure.isNotFound()).isTrue();
        assertThat(failure.detail()).contains("caravel.test/nosuch:1");
    }

    @Test
    default void aSecondContainerOfTheSameNameAndAttemptIsRefused() {
        var pod = lab().pod("samename");
        String sandbox = lab().run(pod);
        lab().runtime().createContainer(sandbox, lab().box("main"), pod);

        assertThat(
                        failureOf(() ->
                                        lab().runtime()
                                                .createContainer(sandbox, lab().box("main"), pod))
                                .detail())
                .contains("reserve");
    }

    @Test
    default void whatIsNotThereIsNotFoundUnlessItIsToGo() {
        var runtime = lab().runtime();
        var second = Duration.ofSeconds(1);
        var resources = LinuxResources.builder().cpuShares(512).build();

        runtime.stopContainer("nosuch", Duration.ZERO);
        runtime.removeContainer("nosuch");
        assertThat(failureOf(() -> runtime.startContainer("nosuch")).isNotFound()).isTrue();
        assertThat(failureOf(() -> runtime.containerStatus("nosuch")).isNotFound()).isTrue();
        assertThat(failureOf(() -> runtime.containerStats("nosuch")).isNotFound()).isTrue();
        assertThat(failureOf(() -> runtime.reopenContainerLog("nosuch")).isNotFound()).isTrue();
        assertThat(
                        failureOf(() -> runtime.execSync("nosuch", List.of("true"), second))
                                .isNotFound())
                .isTrue();
        assertThat(
                        failureOf(() ->
                                        runtime.updateContainerResources(
                                                "nosuch", resources, Map.of()))
                                .isNotFound())
                .isTrue();
    }

    @Test
    default void stoppingKillsWhatDoesNotListen() {
        String id = lab().startAlone(lab().shell("deaf", "echo > /listening; sleep 1000"));
        lab().awaitFile(id, "/listening"); // before, runc itself would hear the signal

        lab().runtime().stopContainer(id, Duration.ofMillis(1));

        var status = lab().runtime().containerStatus(id);
        assertThat(status.state()).isEqualTo(ContainerState.EXITED);
        assertThat(status.exitCode()).isEqualTo(137);
        assertThat(status.reason()).isEqualTo("Error");
        lab().runtime().stopContainer(id, Duration.ZERO); // once more is fine
    }

    @Test
    default void removingARunningContainerKillsItAndFreesItsName() {
        var pod = lab().pod("gone");
        String sandbox = lab().run(pod);
        String id = lab().start(sandbox, lab().box("main"), pod);

        lab().runtime().removeContainer(id);

        assertThat(failureOf(() -> lab().runtime().containerStatus(id)).isNotFound()).isTrue();
        assertThat(ids(ContainerFilter.inSandbox(sandbox))).isEmpty();
        assertThat(lab().runtime().createContainer(sandbox, lab().box("main"), pod))
                .isNotEqualTo(id);
    }

    @Test
    default void containerListsFilterByIdStateSandboxAndLabels() {
        var pod = lab().pod("list");
        String sandbox = lab().run(pod);
        String running = lab().start(sandbox, lab().box("running"), pod);
        String created = lab().runtime().createContainer(sandbox, lab().box("created"), pod);

        assertThat(ids(ContainerFilter.all())).contains(running, created);
        assertThat(ids(ContainerFilter.inSandbox("nosuch"))).isEmpty();
        assertThat(ids(ContainerFilter.inSandbox(sandbox)))
                .containsExactlyInAnyOrder(running, created);
        assertThat(ids(inState(sandbox, ContainerState.RUNNING))).containsExactly(running);
        assertThat(ids(inState(sandbox, ContainerState.CREATED))).containsExactly(created);
        assertThat(
                        ids(
                                new ContainerFilter(
                                        Optional.of(created),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Map.of())))
                .containsExactly(created);
        assertThat(ids(ContainerFilter.withLabels(Map.of("name", "created"))))
                .containsExactly(created);
    }

    private static ContainerFilter inState(String sandbox, ContainerState state) {
        return new ContainerFilter(
                Optional.empty(), Optional.of(state), Optional.of(sandbox), Map.of());
    }

    private List<String> ids(ContainerFilter filter) {
        var listed = lab().runtime().listContainers(filter);
        assertThat(listed.unusable()).isEmpty();
        return listed.items().stream().map(Container::id).toList();
    }

    @Test
    default void resourcesChangeInAnyStateAndKeepWhatIsNotNamed() {
        String id = lab().startAlone(lab().box("resized"));

        lab().runtime().updateContainerResources(id, memory(64 << 20), Map.of());
        lab().runtime()
                .updateContainerResources(
                        id, LinuxResources.builder().cpuShares(512).build(), Map.of());

        var resources = lab().runtime().containerStatus(id).resources().orElseThrow();
        assertThat(resources.memoryLimitBytes()).isEqualTo(64 << 20);
        assertThat(resources.cpuShares()).isEqualTo(512);

        lab().runtime().stopContainer(id, Duration.ZERO);
        lab().runtime().updateContainerResources(id, memory(32 << 20), Map.of());
        assertThat(lab().runtime().containerStatus(id).resources().orElseThrow().memoryLimitBytes())
                .isEqualTo(32 << 20);
    }

    private static LinuxResources memory(long bytes) {
        return LinuxResources.builder().memoryLimitBytes(bytes).build();
    }

    @Test
    default void anImageIdNamesTheImageOfAContainer() {
        String imageId = lab().images().imageStatus(ImageSpec.of(lab().image())).orElseThrow().id();
        var config =
                ContainerConfig.builder(
                                new ContainerMetadata("byid", 0),
                                ImageSpec.resolved(imageId, lab().image()))
                        .envs(List.of(EnvVar.of("A", "1")))
                        .build();

        String id = lab().startAlone(config);

        assertThat(lab().runtime().containerStatus(id).state()).isEqualTo(ContainerState.RUNNING);
    }
}
