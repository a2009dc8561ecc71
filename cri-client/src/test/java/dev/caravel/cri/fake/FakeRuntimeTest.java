package dev.caravel.cri.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerEvent;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RegistryCredentials;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.SandboxState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FakeRuntimeTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final SandboxConfig POD =
            SandboxConfig.builder(new SandboxMetadata("web", "shop", "u1", 0)).build();
    private static final ContainerConfig CONTAINER =
            ContainerConfig.builder(new ContainerMetadata("nginx", 0), ImageSpec.of("nginx:1"))
                    .build();

    private final FakeRuntime runtime =
            new FakeRuntime(Clock.fixed(Instant.ofEpochSecond(1000), ZoneOffset.UTC));
    private String sandbox = "";
    private String container = "";

    @BeforeEach
    void startPod() {
        runtime.addImage("nginx:1");
        sandbox = runtime.runPodSandbox(POD, "");
        container = runtime.createContainer(sandbox, CONTAINER, POD);
        runtime.startContainer(container);
    }

    private static RuntimeCallException failureOf(ThrowingCallable call) {
        var failure = catchThrowableOfType(RuntimeCallException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void aFaultStrikesByIdNameOrPathUntilItEnds() {
        for (String object : new String[] {container, "nginx", "shop/web/nginx", FakeRuntime.ANY}) {
            var fault = runtime.fail("container_status", object, Code.INTERNAL, "boom");
            assertThat(failureOf(() -> runtime.containerStatus(container)))
                    .hasMessage("container_status " + container + ": boom (INTERNAL)");
            fault.end();
            assertThat(runtime.containerStatus(container).id()).isEqualTo(container);
        }
        runtime.fail("container_status", "other", Code.INTERNAL, "boom");
        runtime.fail("container_status", container, Code.INTERNAL, "once", 1);
        assertThat(failureOf(() -> runtime.containerStatus(container)).detail()).isEqualTo("once");
        assertThat(runtime.containerStatus(container).id()).isEqualTo(container);
    }

    @Test
    void aStartThatFailsLeavesAStartError() {
        String second =
                runtime.createContainer(
                        sandbox,
                        ContainerConfig.builder(
                                        new ContainerMetadata("side", 0), ImageSpec.of("nginx:1"))
                                .build(),
                        POD);
        runtime.fail("start_container", "side", Code.UNKNOWN, "runc says no");

        failureOf(() -> runtime.startContainer(second));

        var status = runtime.containerStatus(second);
        assertThat(status.state()).isEqualTo(ContainerState.EXITED);
        assertThat(status.reason()).isEqualTo("StartError");
        assertThat(status.message()).isEqualTo("runc says no");
    }

    @Test
    void aCallThatHangsGoesOnWhenReleased() throws Exception {
        var fault = runtime.hang("stop_container", "nginx");
        var stopper =
                Thread.ofVirtual().start(() -> runtime.stopContainer(container, Duration.ZERO));
        fault.awaitHit(SECONDS);
        assertThat(runtime.containerStatus(container).state()).isEqualTo(ContainerState.RUNNING);

        fault.end();

        stopper.join();
        assertThat(runtime.containerStatus(container).state()).isEqualTo(ContainerState.EXITED);
    }

    @Test
    void aCallThatHangsIsCancelledByAnInterrupt() throws Exception {
        runtime.serveImage("big:1", Optional.empty());
        var fault = runtime.hang("pull_image", "big:1");
        var failure = new AtomicReference<RuntimeCallException>();
        var puller =
                Thread.ofVirtual()
                        .start(() ->
                                failure.set(
                                        failureOf(() ->
                                                runtime.pullImage(
                                                        ImageSpec.of("big:1"),
                                                        Optional.empty(),
                                                        Optional.empty()))));
        fault.awaitHit(SECONDS);

        puller.interrupt();

        puller.join();
        assertThat(failure.get().isCancelled()).isTrue();
        assertThat(runtime.imageStatus(ImageSpec.of("big:1"))).isEmpty();
    }

    @Test
    void aContainerCanBeEndedWithAReasonAndSaysSo() {
        try (var events = runtime.containerEvents()) {
            runtime.exit(container, 137, "OOMKilled");

            var event = events.next();
            assertThat(event.type()).isEqualTo(ContainerEvent.Type.STOPPED);
            assertThat(event.containers().getFirst().reason()).isEqualTo("OOMKilled");
        }
        assertThat(runtime.newest("web", "nginx").orElseThrow().exitCode()).isEqualTo(137);
        assertThat(runtime.openEventStreams()).isZero();
        assertThat(failureOf(() -> runtime.exit(container, 0)).detail()).contains("EXITED");
    }

    @Test
    void aSandboxCanDieByItself() {
        runtime.killSandbox(sandbox);

        assertThat(runtime.podSandboxStatus(sandbox).state()).isEqualTo(SandboxState.NOT_READY);
        assertThat(runtime.containerStatus(container).exitCode()).isEqualTo(137);
    }

    @Test
    void anUnreachableRuntimeAnswersNothingAndEndsItsStreams() {
        var events = runtime.containerEvents();

        runtime.unreachable(true);

        assertThat(failureOf(events::next).isUnavailable()).isTrue();
        assertThat(failureOf(runtime::version).isUnavailable()).isTrue();
        runtime.unreachable(false);
        assertThat(runtime.version().runtimeName()).isEqualTo("fake");
    }

    @Test
    void anOldRuntimeHasNoEvents() {
        runtime.withoutEvents();

        try (var events = runtime.containerEvents()) {
            assertThat(failureOf(events::next).isUnimplemented()).isTrue();
        }
    }

    @Test
    void aPrivateImageNeedsItsCredentials() {
        var credentials = RegistryCredentials.password("me", "secret");
        var image = ImageSpec.of("private:1");
        runtime.serveImage("private:1", Optional.of(credentials));

        assertThat(
                        failureOf(() ->
                                        runtime.pullImage(
                                                image, Optional.empty(), Optional.empty()))
                                .detail())
                .contains("access denied");
        assertThat(runtime.pullImage(image, Optional.of(credentials), Optional.empty()))
                .isEqualTo(runtime.imageStatus(image).orElseThrow().id());
    }

    @Test
    void aNetworkThatIsNotReadyRefusesPodsThatNeedIt() {
        runtime.ready(true, false);
        var other = SandboxConfig.builder(new SandboxMetadata("b", "shop", "u2", 0)).build();

        assertThat(failureOf(() -> runtime.runPodSandbox(other, "")).detail())
                .contains("cni plugin not initialized");
    }

    @Test
    void itPrintsItself() {
        runtime.fail("status", FakeRuntime.ANY, Code.INTERNAL, "boom");

        assertThat(runtime.toString())
                .contains("sandbox-1 shop/web attempt 0 READY [10.88.0.2]")
                .contains("container-2 nginx attempt 0 RUNNING")
                .contains("image [nginx:1]")
                .contains("fault status on *");
        assertThat(runtime.calls())
                .extracting(FakeRuntime.Call::toString)
                .contains("Call[operation=start_container, subject=container-2]");
    }
}
