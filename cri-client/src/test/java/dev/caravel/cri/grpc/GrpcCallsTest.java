package dev.caravel.cri.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.caravel.cri.CallObserver;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.RuntimeConfig;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.proto.cri.ExecSyncResponse;
import dev.caravel.proto.cri.ImageServiceGrpc;
import dev.caravel.proto.cri.ImageStatusResponse;
import dev.caravel.proto.cri.ListContainersResponse;
import dev.caravel.proto.cri.PullImageResponse;
import dev.caravel.proto.cri.RemoveContainerResponse;
import dev.caravel.proto.cri.RunPodSandboxResponse;
import dev.caravel.proto.cri.RuntimeServiceGrpc;
import dev.caravel.proto.cri.StopContainerResponse;
import dev.caravel.proto.cri.VersionResponse;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcCallsTest {
    private static final Duration LIMIT = Duration.ofSeconds(100);

    private final ConcurrentLinkedQueue<String> observed = new ConcurrentLinkedQueue<>();
    private final CallObserver observer =
            (operation, took, failure) -> {
                assertThat(took).isPositive();
                observed.add(operation + " " + failure.map(Code::name).orElse("ok"));
            };

    @TempDir Path folder;
    private ScriptedServer server;
    private RuntimeConnection connection;
    private ContainerRuntime runtime;
    private ImageService images;

    @BeforeEach
    void start() {
        var socket = folder.resolve("cri.sock");
        server = new ScriptedServer(socket);
        connection = RuntimeConnection.open(new RuntimeEndpoint(socket));
        runtime = new GrpcContainerRuntime(connection, LIMIT, observer);
        images = new GrpcImageService(connection, LIMIT, observer);
    }

    @AfterEach
    void stop() {
        connection.close();
        server.close();
    }

    private static RuntimeCallException failureOf(ThrowingCallable call) {
        var failure = catchThrowableOfType(RuntimeCallException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private static VersionResponse version(String version) {
        return VersionResponse.newBuilder()
                .setVersion(version)
                .setRuntimeName("containerd")
                .setRuntimeVersion("2.4.2")
                .setRuntimeApiVersion("v1")
                .build();
    }

    @Test
    void callsGoToLocalhostWithinTheRequestTimeout() {
        server.answer(
                RuntimeServiceGrpc.getVersionMethod(), request -> version(request.getVersion()));

        assertThat(runtime.version().runtimeName()).isEqualTo("containerd");

        var asked = server.asked().getFirst();
        assertThat(asked.authority()).isEqualTo("localhost");
        assertThat(asked.deadlineMillis().orElseThrow()).isBetween(90_000L, 100_000L);
        assertThat(observed).containsExactly("version ok");
    }

    @Test
    void longCallsGetTheLimitsOfTheContract() {
        server.answer(
                        RuntimeServiceGrpc.getRunPodSandboxMethod(),
                        _ -> RunPodSandboxResponse.newBuilder().setPodSandboxId("s").build())
                .answer(
                        RuntimeServiceGrpc.getStopContainerMethod(),
                        _ -> StopContainerResponse.getDefaultInstance())
                .answer(
                        RuntimeServiceGrpc.getExecSyncMethod(),
                        _ -> ExecSyncResponse.getDefaultInstance())
                .answer(
                        ImageServiceGrpc.getPullImageMethod(),
                        _ -> PullImageResponse.newBuilder().setImageRef("i").build());

        runtime.runPodSandbox(
                SandboxConfig.builder(new SandboxMetadata("p", "ns", "u", 0)).build(), "");
        runtime.stopContainer("c", Duration.ofMillis(29_500));
        runtime.execSync("c", List.of("true"), Duration.ofSeconds(50));
        runtime.execSync("c", List.of("true"), Duration.ZERO);
        images.pullImage(ImageSpec.of("i"), Optional.empty(), Optional.empty());

        assertThat(server.asked())
                .extracting(a ->
                        a.method()
                                + " "
                                + a.deadlineMillis()
                                        .map(ms -> Math.round(ms / 10_000.0) * 10)
                                        .map(String::valueOf)
                                        .orElse("none"))
                .containsExactly(
                        "RunPodSandbox 200",
                        "StopContainer 130",
                        "ExecSync 150",
                        "ExecSync none",
                        "PullImage none");
    }

    @Test
    void aCallWithoutAnswerEndsAtItsDeadline() {
        var cancelled = new CountDownLatch(1);
        server.hang(RuntimeServiceGrpc.getStatusMethod(), () -> {}, cancelled::countDown);
        var hasty = new GrpcContainerRuntime(connection, Duration.ofSeconds(1), observer);

        var failure = failureOf(() -> hasty.status(false));

        assertThat(failure.isDeadlineExceeded()).isTrue();
        assertThat(failure.detail()).isEqualTo("no answer within 1000 ms");
        assertThat(observed).containsExactly("status DEADLINE_EXCEEDED");
        await().until(() -> cancelled.getCount() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptCancelsTheCallAndStaysSet(boolean virtual) throws Exception {
        var arrived = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        server.hang(
                ImageServiceGrpc.getPullImageMethod(), arrived::countDown, cancelled::countDown);
        var failure = new AtomicReference<RuntimeCallException>();
        var flag = new AtomicReference<Boolean>();
        Runnable pull =
                () -> {
                    failure.set(
                            failureOf(() ->
                                    images.pullImage(
                                            ImageSpec.of("big"),
                                            Optional.empty(),
                                            Optional.empty())));
                    flag.set(Thread.currentThread().isInterrupted());
                };
        var thread =
                virtual ? Thread.ofVirtual().start(pull) : Thread.ofPlatform().daemon().start(pull);
        arrived.await();

        thread.interrupt();

        thread.join();
        cancelled.await();
        assertThat(failure.get().isCancelled()).isTrue();
        assertThat(failure.get().objectId()).isEqualTo("big");
        assertThat(failure.get().detail()).contains("interrupted");
        assertThat(flag.get()).isTrue();
        assertThat(observed).containsExactly("pull_image CANCELLED");
    }

    @Test
    void closingTheConnectionCancelsWhatRuns() throws Exception {
        var arrived = new CountDownLatch(1);
        server.hang(RuntimeServiceGrpc.getStatusMethod(), arrived::countDown, () -> {});
        var failure = new AtomicReference<RuntimeCallException>();
        var thread =
                Thread.ofVirtual().start(() -> failure.set(failureOf(() -> runtime.status(false))));
        arrived.await();

        runtime.close();

        thread.join();
        assertThat(failure.get().isCancelled()).isTrue();
        assertThat(failure.get().detail()).contains("closed");
        assertThat(failureOf(() -> runtime.version()).isCancelled()).isTrue();
    }

    @Test
    void whatARuntimeRefusesIsToldWithItsWords() {
        server.answer(
                RuntimeServiceGrpc.getStartContainerMethod(),
                _ -> {
                    throw Status.UNKNOWN.withDescription("oci: boom").asRuntimeException();
                });

        var failure = failureOf(() -> runtime.startContainer("c1"));

        assertThat(failure).hasMessage("start_container c1: oci: boom (UNKNOWN)");
        assertThat(failure.operation()).isEqualTo("start_container");
        assertThat(failure.objectId()).isEqualTo("c1");
        assertThat(failure.code()).isEqualTo(Code.UNKNOWN);
        assertThat(failure.detail()).isEqualTo("oci: boom");
        assertThat(observed).containsExactly("start_container UNKNOWN");
    }

    @Test
    void thatWhatIsToGoIsNotThereIsSuccess() {
        server.answer(
                        RuntimeServiceGrpc.getStopContainerMethod(),
                        _ -> {
                            throw Status.NOT_FOUND.asRuntimeException();
                        })
                .answer(
                        RuntimeServiceGrpc.getRemoveContainerMethod(),
                        _ -> {
                            throw Status.INTERNAL.asRuntimeException();
                        });

        runtime.stopContainer("gone", Duration.ZERO);

        assertThat(failureOf(() -> runtime.removeContainer("busy")).code())
                .isEqualTo(Code.INTERNAL);
        assertThat(observed).containsExactly("stop_container ok", "remove_container INTERNAL");
    }

    @Test
    void aMethodTheRuntimeDoesNotKnowIsUnimplemented() {
        assertThat(runtime.runtimeConfig()).isEqualTo(new RuntimeConfig.Unimplemented());
        assertThat(failureOf(() -> runtime.listMetricDescriptors()).isUnimplemented()).isTrue();
        assertThat(observed)
                .containsExactly(
                        "runtime_config UNIMPLEMENTED", "list_metric_descriptors UNIMPLEMENTED");
    }

    @Test
    void anotherKubeletRuntimeApiIsRefused() {
        server.answer(RuntimeServiceGrpc.getVersionMethod(), _ -> version("0.2.0"));

        var failure = failureOf(() -> runtime.version());

        assertThat(failure.code()).isEqualTo(Code.BAD_ANSWER);
        assertThat(failure.detail()).contains("0.2.0").contains("0.1.0");
        assertThat(observed).containsExactly("version BAD_ANSWER");
    }

    @Test
    void anAnswerWithoutAnIdIsRefused() {
        server.answer(
                RuntimeServiceGrpc.getRunPodSandboxMethod(),
                _ -> RunPodSandboxResponse.getDefaultInstance());
        var config = SandboxConfig.builder(new SandboxMetadata("p", "ns", "u", 0)).build();

        var failure = failureOf(() -> runtime.runPodSandbox(config, ""));

        assertThat(failure.code()).isEqualTo(Code.BAD_ANSWER);
        assertThat(failure.objectId()).isEqualTo("ns/p");
        assertThat(failure.detail()).contains("pod_sandbox_id is empty");
    }

    @Test
    void answersMayHaveFifteenMebibytesButNotSeventeen() {
        var size = new AtomicInteger(15 << 20);
        server.answer(
                RuntimeServiceGrpc.getExecSyncMethod(),
                _ ->
                        ExecSyncResponse.newBuilder()
                                .setStdout(ByteString.copyFrom(new byte[size.get()]))
                                .build());

        assertThat(runtime.execSync("c", List.of("cat"), Duration.ZERO).stdout().size())
                .isEqualTo(15 << 20);

        size.set(17 << 20);
        assertThat(failureOf(() -> runtime.execSync("c", List.of("cat"), Duration.ZERO)).code())
                .isEqualTo(Code.RESOURCE_EXHAUSTED);
        size.set(1);
        assertThat(runtime.execSync("c", List.of("cat"), Duration.ZERO).stdout().size()).isOne();
    }

    @Test
    void aHundredCallsAtOnceNeedNoThreadsOfTheirOwn() throws Exception {
        int calls = 100;
        var arrived = new CountDownLatch(calls);
        server.hang(RuntimeServiceGrpc.getStopPodSandboxMethod(), arrived::countDown, () -> {});
        server.answer(
                RuntimeServiceGrpc.getRemoveContainerMethod(),
                _ -> RemoveContainerResponse.getDefaultInstance());
        runtime.removeContainer("warm up");
        long before = criThreads();
        var threads =
                java.util.stream.IntStream.range(0, calls)
                        .mapToObj(i ->
                                Thread.ofVirtual()
                                        .start(() ->
                                                failureOf(() -> runtime.stopPodSandbox("s" + i))))
                        .toList();
        arrived.await();

        assertThat(criThreads()).isEqualTo(before).isOne();
        runtime.removeContainer("while the others hang");

        connection.close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static long criThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals("cri"))
                .count();
    }

    @Test
    void onePullThatIsStuckDoesNotHoldUpShortCalls() throws Exception {
        var arrived = new CountDownLatch(1);
        server.hang(ImageServiceGrpc.getPullImageMethod(), arrived::countDown, () -> {})
                .answer(
                        ImageServiceGrpc.getImageStatusMethod(),
                        _ -> ImageStatusResponse.getDefaultInstance());
        var pull =
                Thread.ofVirtual()
                        .start(() ->
                                failureOf(() ->
                                        images.pullImage(
                                                ImageSpec.of("i"),
                                                Optional.empty(),
                                                Optional.empty())));
        arrived.await();

        assertThat(images.imageStatus(ImageSpec.of("i"))).isEmpty();

        pull.interrupt();
        pull.join();
    }

    @Test
    void oneBrokenEntryDoesNotHideTheOthers() {
        server.answer(
                RuntimeServiceGrpc.getListContainersMethod(),
                _ ->
                        ListContainersResponse.newBuilder()
                                .addContainers(Samples.container("good"))
                                .addContainers(Samples.container("bad").clearMetadata())
                                .addContainers(Samples.container("").setCreatedAt(1))
                                .addContainers(Samples.container("old").setCreatedAt(-5))
                                .addContainers(Samples.container("new").setStateValue(77))
                                .build());

        var listed = runtime.listContainers(ContainerFilter.all());

        assertThat(listed.items())
                .extracting(c -> c.id() + " " + c.state())
                .containsExactly("good RUNNING", "new UNKNOWN");
        assertThat(listed.unusable())
                .extracting(u -> u.id() + ": " + u.problem())
                .containsExactly(
                        "bad: metadata is not set",
                        ": container id is empty",
                        "old: created_at is -5 ns since 1970");
        assertThat(observed).containsExactly("list_containers ok");
    }
}
