package dev.caravel.csi.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.csi.AccessMode;
import dev.caravel.csi.CsiException;
import dev.caravel.csi.ExpandRequest;
import dev.caravel.csi.FakeDriver;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.NodeInfo;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.PluginInfo;
import dev.caravel.csi.PublishRequest;
import dev.caravel.csi.StageRequest;
import dev.caravel.csi.VolumeCapability;
import dev.caravel.csi.VolumeStats;
import dev.caravel.proto.csi.NodePublishVolumeRequest;
import dev.caravel.proto.csi.NodeStageVolumeRequest;
import dev.caravel.proto.csi.NodeUnpublishVolumeRequest;
import dev.caravel.proto.csi.NodeUnstageVolumeRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PluginSocketsTest {
    private static final VolumeCapability MOUNT =
            new VolumeCapability(
                    AccessMode.SINGLE_NODE_MULTI_WRITER,
                    new VolumeCapability.Mount("ext4", List.of("noatime"), "4321"));

    @TempDir Path temporary;
    private final PluginSockets sockets = new PluginSockets();
    private FakeDriver driver;
    private NodeService node;

    @BeforeEach
    void start() throws IOException {
        driver = new FakeDriver("disk.example.com", temporary.resolve("csi.sock"));
        node = sockets.nodeService(driver.socket());
    }

    @AfterEach
    void stop() {
        driver.close();
        sockets.close();
    }

    @Test
    void aDriverSaysWhoItIsAndHearsWhatCameOfIt() throws Exception {
        var registration = sockets.registration(driver.socket());
        assertThat(registration.info())
                .isEqualTo(
                        new PluginInfo(
                                PluginInfo.CSI,
                                "disk.example.com",
                                driver.socket().toString(),
                                List.of("1.0.0")));
        registration.notifyStatus(false, "too old");
        assertThat(driver.notified)
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.getPluginRegistered()).isFalse();
                    assertThat(status.getError()).isEqualTo("too old");
                });
    }

    @Test
    void nodeInfoAndCapabilitiesAreRead() throws Exception {
        driver.maxVolumes = 24;
        driver.topology = Map.of("zone", "a");
        assertThat(node.info())
                .isEqualTo(new NodeInfo("id-of-disk.example.com", 24, Map.of("zone", "a")));
        driver.capabilities = Set.of(NodeCapability.values());
        assertThat(node.capabilities()).containsExactlyInAnyOrder(NodeCapability.values());
    }

    @Test
    void requestsCarryEverything() throws Exception {
        node.stage(
                new StageRequest(
                        "vol",
                        Map.of("p", "1"),
                        "/staging",
                        MOUNT,
                        Map.of("s", "2"),
                        Map.of("c", "3")));
        NodeStageVolumeRequest stage = driver.calls(NodeStageVolumeRequest.class).getFirst();
        assertThat(stage.getVolumeId()).isEqualTo("vol");
        assertThat(stage.getPublishContextMap()).isEqualTo(Map.of("p", "1"));
        assertThat(stage.getStagingTargetPath()).isEqualTo("/staging");
        assertThat(stage.getSecretsMap()).isEqualTo(Map.of("s", "2"));
        assertThat(stage.getVolumeContextMap()).isEqualTo(Map.of("c", "3"));
        assertThat(stage.getVolumeCapability().getAccessMode().getModeValue()).isEqualTo(7);
        assertThat(stage.getVolumeCapability().getMount().getFsType()).isEqualTo("ext4");
        assertThat(stage.getVolumeCapability().getMount().getMountFlagsList())
                .containsExactly("noatime");
        assertThat(stage.getVolumeCapability().getMount().getVolumeMountGroup()).isEqualTo("4321");

        node.publish(
                new PublishRequest(
                        "vol",
                        Map.of("p", "1"),
                        "/staging",
                        "/target",
                        new VolumeCapability(
                                AccessMode.SINGLE_NODE_WRITER, new VolumeCapability.Block()),
                        true,
                        Map.of("s", "2"),
                        Map.of("c", "3")));
        NodePublishVolumeRequest publish = driver.calls(NodePublishVolumeRequest.class).getFirst();
        assertThat(publish.getTargetPath()).isEqualTo("/target");
        assertThat(publish.getReadonly()).isTrue();
        assertThat(publish.getVolumeCapability().hasBlock()).isTrue();

        node.unpublish("vol", "/target");
        node.unstage("vol", "/staging");
        assertThat(driver.calls(NodeUnpublishVolumeRequest.class).getFirst().getTargetPath())
                .isEqualTo("/target");
        assertThat(driver.calls(NodeUnstageVolumeRequest.class).getFirst().getStagingTargetPath())
                .isEqualTo("/staging");
    }

    @Test
    void statsAndSizesAreRead() throws Exception {
        assertThat(node.stats("vol", "/v", ""))
                .isEqualTo(
                        new VolumeStats(
                                Optional.of(new VolumeStats.Amount(100, 30, 70)),
                                Optional.empty()));
        assertThat(node.expand(new ExpandRequest("vol", "/v", "", 5 << 20, MOUNT, Map.of())))
                .isEqualTo(5 << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "DEADLINE_EXCEEDED, DeadlineExceeded, true",
        "CANCELLED, Canceled, true",
        "UNAVAILABLE, Unavailable, true",
        "ABORTED, Aborted, true",
        "RESOURCE_EXHAUSTED, ResourceExhausted, true",
        "INTERNAL, Internal, false",
        "INVALID_ARGUMENT, InvalidArgument, false",
        "NOT_FOUND, NotFound, false",
        "FAILED_PRECONDITION, FailedPrecondition, false",
        "UNKNOWN, Unknown, false"
    })
    void failuresAreInTheWordsPeopleKnow(Status.Code code, String name, boolean uncertain) {
        driver.failures.put("unstage", code.toStatus().withDescription("no way"));
        assertThatThrownBy(() -> node.unstage("vol", "/staging"))
                .isInstanceOfSatisfying(
                        CsiException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(name);
                            assertThat(e.uncertain()).isEqualTo(uncertain);
                        })
                .hasMessage("rpc error: code = " + name + " desc = no way");
    }

    @Test
    void aDriverThatIsNotThereIsUnavailable() {
        assertThatThrownBy(() -> sockets.nodeService(temporary.resolve("none.sock")).info())
                .isInstanceOfSatisfying(
                        CsiException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("Unavailable");
                            assertThat(e.uncertain()).isTrue();
                        });
    }

    @Test
    void aDriverThatComesAgainOnTheSamePathIsReached() throws Exception {
        assertThat(node.info().nodeId()).isEqualTo("id-of-disk.example.com");
        driver.close();
        driver = new FakeDriver("disk.example.com", temporary.resolve("csi.sock"));
        assertThat(node.info().nodeId()).isEqualTo("id-of-disk.example.com");
    }

    @Test
    void anInterruptEndsTheCall() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        driver.work =
                request -> {
                    reached.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        Thread caller = Thread.currentThread();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        reached.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    caller.interrupt();
                });
        assertThatThrownBy(() -> node.info()).isInstanceOf(InterruptedException.class);
        release.countDown();
    }

    @Test
    void secretsNeverShowInText() {
        var stage = new StageRequest("v", Map.of(), "/s", MOUNT, Map.of("k", "hunter2"), Map.of());
        var publish =
                new PublishRequest(
                        "v", Map.of(), "", "/t", MOUNT, false, Map.of("k", "hunter2"), Map.of());
        var expand = new ExpandRequest("v", "/v", "", 1, MOUNT, Map.of("k", "hunter2"));
        assertThat("" + stage + publish + expand).doesNotContain("hunter2");
    }
}
