package dev.caravel.cri.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.ContainerEvents;
import dev.caravel.cri.EnvVar;
import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.Mount;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.grpc.GrpcContainerRuntime;
import dev.caravel.cri.grpc.GrpcImageService;
import dev.caravel.cri.grpc.RuntimeConnection;
import dev.caravel.cri.grpc.RuntimeEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract against a real containerd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerdContractTest implements SandboxContract, ContainerContract, UseContract {
    private @Nullable Containerd containerd;
    private @Nullable RuntimeConnection connection;
    private @Nullable Lab lab;

    @BeforeAll
    void startContainerd() throws Exception {
        var missing = Containerd.missing();
        missing.ifPresent(why -> System.err.println("Skipped: containerd contract: " + why));
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        containerd = Containerd.start();
        connection = RuntimeConnection.open(new RuntimeEndpoint(containerd.socket()));
        var limit = Duration.ofMinutes(1);
        lab =
                new Lab(
                        new GrpcContainerRuntime(connection, limit, CallObserver.NONE),
                        new GrpcImageService(connection, limit, CallObserver.NONE),
                        Containerd.IMAGE,
                        containerd.cgroupParent(),
                        containerd.folder() + "/logs",
                        containerd.majorVersion() >= 2);
    }

    @AfterEach
    void removePods() {
        lab().removePods();
    }

    @AfterAll
    void stopContainerd() throws Exception {
        if (connection != null) {
            connection.close();
        }
        if (containerd != null) {
            containerd.stop();
        }
    }

    @Test
    void aContainerGetsItsEnvironmentMountsUserLimitsAndLog() throws Exception {
        var folder = daemon().folder();
        var source = Files.writeString(folder.resolve("mounted"), "from the node");
        var pod = lab().pod("equipped");
        String script =
                "echo $GREETING; cat /data; echo; id -u; (echo x >> /data) 2>/dev/null || echo readonly;"
                        + " read a < /proc/self/oom_score_adj; echo $a";
        var box = lab().shell("main", script);
        var security = box.securityContext().orElseThrow();
        var config =
                box.toBuilder()
                        .envs(List.of(EnvVar.of("GREETING", "grüße")))
                        .mounts(
                                List.of(
                                        Mount.bind(source.toString(), "/data")
                                                .readonly(true)
                                                .build()))
                        .securityContext(security.toBuilder().runAsUser(1234).build())
                        .resources(
                                LinuxResources.builder()
                                        .memoryLimitBytes(64 << 20)
                                        .cpuShares(512)
                                        .oomScoreAdj(999)
                                        .build())
                        .build();
        Files.createDirectories(Path.of(pod.logDirectory())); // the kubelet's part

        var status = lab().awaitExit(lab().start(lab().run(pod), config, pod));

        assertThat(status.exitCode()).isZero();
        assertThat(status.mounts()).containsExactlyElementsOf(config.mounts());
        assertThat(status.resources().orElseThrow().memoryLimitBytes()).isEqualTo(64 << 20);
        assertThat(Files.readAllLines(Path.of(status.logPath())))
                .extracting(line -> line.substring(line.indexOf(' ') + 1))
                .containsExactly(
                        "stdout F grüße",
                        "stdout F from the node",
                        "stdout F 1234",
                        "stdout F readonly",
                        "stdout F 999");
    }

    @Test
    void containersAndTheClientSurviveARestartOfTheDaemon() throws Exception {
        String id = lab().startAlone(lab().box("survivor"));
        var before = lab().runtime().containerStatus(id);
        var events = lab().runtime().containerEvents();
        if (!lab().modern()) {
            // 1.x has no events; its refusal must be here before it is stopped.
            var refusal = Lab.failureOf(() -> drain(events));
            assertThat(refusal.code()).as(refusal.toString()).isEqualTo(Code.UNIMPLEMENTED);
        }

        daemon().stopDaemon();
        try {
            var down = Lab.failureOf(() -> lab().runtime().version());
            assertThat(down.code()).as(down.toString()).isEqualTo(Code.UNAVAILABLE);
            if (lab().modern()) {
                var end = Lab.failureOf(() -> drain(events));
                assertThat(end.code()).as(end.toString()).isEqualTo(Code.UNAVAILABLE);
            }
        } finally {
            daemon().startDaemon();
        }

        await().atMost(Lab.PATIENCE)
                .ignoreExceptionsMatching(RuntimeCallException.class::isInstance)
                .untilAsserted(
                        () -> assertThat(lab().runtime().containerStatus(id)).isEqualTo(before));
    }

    private static void drain(ContainerEvents events) {
        while (true) {
            events.next();
        }
    }

    private Containerd daemon() {
        return Objects.requireNonNull(containerd);
    }

    @Override
    public Lab lab() {
        return Objects.requireNonNull(lab);
    }
}
