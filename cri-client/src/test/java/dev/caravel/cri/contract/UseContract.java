package dev.caravel.cri.contract;

import static dev.caravel.cri.contract.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.caravel.cri.AttachRequest;
import dev.caravel.cri.ContainerEvent;
import dev.caravel.cri.ContainerStats;
import dev.caravel.cri.ContainerStatsFilter;
import dev.caravel.cri.ExecRequest;
import dev.caravel.cri.Image;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.SandboxStats;
import dev.caravel.cri.SandboxStatsFilter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Commands, streams, measurements, events and images. */
interface UseContract {
    Duration SECOND = Duration.ofSeconds(1);

    Lab lab();

    @Test
    default void execSyncBringsOutputAndExitCode() {
        String id = lab().startAlone(lab().box("exec"));

        var result =
                lab().runtime()
                        .execSync(
                                id,
                                List.of("/bin/sh", "-c", "echo out; echo err >&2; exit 5"),
                                Duration.ofSeconds(20));

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.stdout().utf8()).isEqualTo("out\n");
        assertThat(result.stderr().utf8()).isEqualTo("err\n");
    }

    @Test
    default void execSyncEndsAtItsTimeout() {
        String id = lab().startAlone(lab().box("exectime"));

        var failure = failureOf(() -> lab().runtime().execSync(id, List.of("sleep", "60"), SECOND));

        assertThat(failure.isDeadlineExceeded()).isTrue();
    }

    @Test
    default void onlyARunningContainerTakesCommandsStreamsAndNewLogs() {
        var pod = lab().pod("idle");
        String created = lab().runtime().createContainer(lab().run(pod), lab().box("main"), pod);
        var runtime = lab().runtime();

        assertThat(failureOf(() -> runtime.execSync(created, List.of("true"), SECOND)).detail())
                .contains("CONTAINER_CREATED");
        assertThat(failureOf(() -> runtime.exec(execOf(created))).detail())
                .contains("CONTAINER_CREATED");
        assertThat(failureOf(() -> runtime.attach(attachTo(created))).code())
                .isEqualTo(Code.UNKNOWN);
        assertThat(failureOf(() -> runtime.reopenContainerLog(created)).code())
                .isEqualTo(Code.UNKNOWN);
        assertThat(failureOf(() -> runtime.containerStats(created)).code()).isEqualTo(Code.UNKNOWN);
    }

    @Test
    default void streamsAreServedAtAnUrlOfTheirOwn() {
        var pod = lab().pod("streams");
        String sandbox = lab().run(pod);
        String id = lab().start(sandbox, lab().box("main"), pod);
        var runtime = lab().runtime();

        var urls =
                List.of(
                        runtime.exec(execOf(id)),
                        runtime.exec(execOf(id)),
                        runtime.attach(attachTo(id)),
                        runtime.portForward(sandbox, List.of(80)));

        assertThat(urls).doesNotHaveDuplicates();
        assertThat(urls)
                .extracting(url -> URI.create(url).getPath().split("/", -1)[1])
                .containsExactly("exec", "exec", "attach", "portforward");
        runtime.reopenContainerLog(id);
    }

    @Test
    default void aCommandWithoutAnyStreamIsRefused() {
        String id = lab().startAlone(lab().box("streamless"));
        var request = new ExecRequest(id, List.of("true"), false, false, false, false);

        assertThat(failureOf(() -> lab().runtime().exec(request)).code())
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    default void aStoppedSandboxForwardsNoPorts() {
        String sandbox = lab().run(lab().pod("portless"));
        lab().runtime().stopPodSandbox(sandbox);

        assertThat(failureOf(() -> lab().runtime().portForward(sandbox, List.of(80))).detail())
                .contains("not running");
    }

    private static ExecRequest execOf(String id) {
        return new ExecRequest(id, List.of("true"), false, false, true, true);
    }

    private static AttachRequest attachTo(String id) {
        return new AttachRequest(id, false, false, true, true);
    }

    @Test
    default void runningContainersAreMeasured() {
        var pod = lab().pod("measured");
        String sandbox = lab().run(pod);
        String running = lab().start(sandbox, lab().box("running"), pod);
        String created = lab().runtime().createContainer(sandbox, lab().box("created"), pod);

        var one = lab().runtime().containerStats(running);
        assertThat(one.cpu().orElseThrow().usageCoreNanoSeconds()).isPresent();
        assertThat(one.memory().orElseThrow().workingSetBytes()).isPresent();
        assertThat(one.metadata().name()).isEqualTo("running");

        var all =
                lab().runtime()
                        .listContainerStats(
                                new ContainerStatsFilter(
                                        Optional.empty(), Optional.of(sandbox), Map.of()));
        assertThat(all.unusable()).isEmpty();
        assertThat(all.items())
                .extracting(ContainerStats::id, s -> s.cpu().isPresent())
                .containsExactlyInAnyOrder(tuple(running, true), tuple(created, false));
        assertThat(all.items())
                .allSatisfy(s ->
                        assertThat(s.writableLayer().orElseThrow().mountpoint()).startsWith("/"));
    }

    @Test
    default void sandboxesAreMeasured() {
        var pod = lab().pod("measuredpod");
        String sandbox = lab().run(pod);
        String container = lab().start(sandbox, lab().box("main"), pod);

        var one = lab().runtime().podSandboxStats(sandbox);
        assertThat(one.metadata()).isEqualTo(pod.metadata());
        assertThat(one.cpu().orElseThrow().usageCoreNanoSeconds()).isPresent();
        assertThat(one.memory().orElseThrow().workingSetBytes()).isPresent();
        assertThat(one.containers()).extracting(ContainerStats::id).containsExactly(container);
        assertThat(
                        lab().runtime()
                                .listPodSandboxStats(
                                        new SandboxStatsFilter(Optional.of(sandbox), Map.of()))
                                .items())
                .extracting(SandboxStats::id)
                .containsExactly(sandbox);
    }

    @Test
    default void metricsAreListedOrTheRuntimeIsTooOldTo() {
        if (lab().modern()) {
            var names = lab().runtime().listMetricDescriptors().size();
            assertThat(names).isNotNegative();
            assertThat(lab().runtime().listPodSandboxMetrics().unusable()).isEmpty();
        } else {
            assertThat(failureOf(() -> lab().runtime().listMetricDescriptors()).isUnimplemented())
                    .isTrue();
            assertThat(failureOf(() -> lab().runtime().listPodSandboxMetrics()).isUnimplemented())
                    .isTrue();
        }
    }

    @Test
    default void eventsTellTheLifeOfAPodOrTheRuntimeIsTooOldTo() {
        try (var events = lab().runtime().containerEvents()) {
            if (!lab().modern()) {
                assertThat(failureOf(events::next).isUnimplemented()).isTrue();
                return;
            }
            var pod = lab().pod("eventful");
            String sandbox = lab().run(pod);
            String container = lab().start(sandbox, lab().box("main"), pod);
            lab().runtime().stopContainer(container, Duration.ZERO);
            lab().runtime().removeContainer(container);
            lab().runtime().stopPodSandbox(sandbox);
            lab().runtime().removePodSandbox(sandbox);

            var seen = new ArrayList<String>();
            var names = Map.of(sandbox, "sandbox", container, "container");
            ContainerEvent event;
            do {
                event = events.next(); // a runtime may first tell what happened before
                if (names.containsKey(event.containerId())) {
                    seen.add(names.get(event.containerId()) + " " + event.type());
                }
            } while (!(event.containerId().equals(sandbox)
                    && event.type() == ContainerEvent.Type.DELETED));

            assertThat(seen)
                    .containsExactly(
                            "sandbox CREATED",
                            "sandbox STARTED",
                            "container CREATED",
                            "container STARTED",
                            "container STOPPED",
                            "container DELETED",
                            "sandbox STOPPED",
                            "sandbox DELETED");
        }
    }

    @Test
    default void aClosedEventStreamIsCancelled() {
        var events = lab().runtime().containerEvents();
        events.close();
        events.close();

        assertThat(failureOf(events::next).isCancelled()).isTrue();
    }

    @Test
    default void anImageIsFoundByTagAndById() {
        var byTag = lab().images().imageStatus(ImageSpec.of(lab().image())).orElseThrow();

        assertThat(byTag.id()).startsWith("sha256:");
        assertThat(byTag.repoTags()).contains(lab().image());
        assertThat(byTag.sizeBytes()).isPositive();
        assertThat(lab().images().imageStatus(ImageSpec.of(byTag.id()))).contains(byTag);
        assertThat(lab().images().listImages().items()).extracting(Image::id).contains(byTag.id());
    }

    @Test
    default void anImageThatIsNotThereIsAbsentAndCanBeRemoved() {
        var nosuch = ImageSpec.of("caravel.test/nosuch:1");

        assertThat(lab().images().imageStatus(nosuch)).isEmpty();
        lab().images().removeImage(nosuch);
    }

    @Test
    default void anImageNobodyServesCannotBePulled() {
        var nosuch = ImageSpec.of("127.0.0.1:1/nosuch:1"); // nobody listens there

        var failure =
                failureOf(
                        () -> lab().images().pullImage(nosuch, Optional.empty(), Optional.empty()));

        assertThat(failure.objectId()).isEqualTo("127.0.0.1:1/nosuch:1");
        assertThat(failure.detail()).contains("127.0.0.1:1/nosuch:1");
        assertThat(lab().images().imageStatus(nosuch)).isEmpty();
    }

    @Test
    default void theImageFilesystemIsKnown() {
        assertThat(lab().images().imageFsInfo().imageFilesystems())
                .isNotEmpty()
                .allSatisfy(fs -> assertThat(fs.mountpoint()).startsWith("/"));
    }
}
