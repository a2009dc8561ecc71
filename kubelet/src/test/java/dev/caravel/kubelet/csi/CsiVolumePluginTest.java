package dev.caravel.kubelet.csi;

import static dev.caravel.kubelet.volume.VolumeBed.gid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.caravel.csi.FakeDriver;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.PluginInfo;
import dev.caravel.csi.grpc.PluginSockets;
import dev.caravel.kubelet.objects.FakeApi;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.Pods;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.RootOnly;
import dev.caravel.kubelet.volume.VolumeBed;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumeFailure;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.kubelet.volume.plugin.BlockDevices;
import dev.caravel.kubelet.volume.plugin.HostCommands;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.proto.csi.NodePublishVolumeRequest;
import dev.caravel.proto.csi.NodeStageVolumeRequest;
import dev.caravel.proto.csi.NodeUnpublishVolumeRequest;
import dev.caravel.proto.csi.NodeUnstageVolumeRequest;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSIDriverBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RootOnly
final class CsiVolumePluginTest {
    private static final String NAME = "disk.example.com";
    private static final String UNIQUE = "kubernetes.io/csi/disk.example.com^vol-1";

    @TempDir Path temporary;
    private VolumeBed bed;
    private Path backing;
    private FakeDriver driver;
    private final PluginSockets sockets = new PluginSockets();
    private VolumesInUse inUse = new VolumesInUse(() -> {});
    private CsiVolumes csi;

    @BeforeEach
    void open() throws Exception {
        bed = new VolumeBed(temporary);
        backing = Files.createDirectory(temporary.resolve("backing"));
        Files.writeString(backing.resolve("data"), "precious");
        driver = new FakeDriver(NAME, temporary.resolve("csi.sock"));
        driver.capabilities = Set.of(NodeCapability.STAGE_UNSTAGE_VOLUME);
        driver.work = this::mountAsADriverDoes;
        bed.api.objects.put(
                "/api/v1/nodes/n1",
                new NodeBuilder()
                        .withNewMetadata()
                        .withName("n1")
                        .withUid("node-uid")
                        .endMetadata()
                        .build());
        bed.api.objects.put(attachmentPath(), attachment(a -> a));
        var onTokens = bed.api.onCreate;
        bed.api.onCreate =
                body ->
                        body instanceof io.fabric8.kubernetes.api.model.authentication.TokenRequest
                                ? onTokens.apply(body)
                                : body;
        startKubelet();
    }

    /** A new process of the kubelet; the driver registers with it. */
    private void startKubelet() throws Exception {
        inUse = new VolumesInUse(this::reportInUse);
        csi =
                new CsiVolumes(
                        new CsiNode(
                                "n1",
                                bed.paths,
                                bed.mounts,
                                new SafeFiles(bed.files),
                                bed.ownership,
                                new BlockDevices(HostCommands.system(), bed.mounts)),
                        new CsiVolumes.Sources(bed.api, bed.objects, bed.tokens),
                        sockets,
                        inUse,
                        bed.ticks);
        csi.recover();
        PluginHandler handler = csi.handler();
        handler.register(
                new PluginInfo(PluginInfo.CSI, NAME, driver.socket().toString(), List.of("1.0.0")),
                driver.socket());
        await().until(() -> bed.api.open().stream().anyMatch(CsiVolumePluginTest::onDrivers));
        bed.api.open().stream().filter(CsiVolumePluginTest::onDrivers).forEach(w -> w.sync());
        describe(spec -> spec);
    }

    /** The node's status goes out at once, from another thread as in life. */
    private void reportInUse() {
        Thread.ofVirtual().start(() -> inUse.names().ifPresent(inUse::reported));
    }

    private static boolean onDrivers(FakeApi.FakeWatch<?, ?> watch) {
        return watch.spec.name().equals("csidrivers");
    }

    private void describe(UnaryOperator<CSIDriverBuilder> change) {
        CSIDriver object =
                change.apply(
                                new CSIDriverBuilder()
                                        .withNewMetadata()
                                        .withName(NAME)
                                        .endMetadata()
                                        .withNewSpec()
                                        .withVolumeLifecycleModes("Persistent", "Ephemeral")
                                        .endSpec())
                        .build();
        bed.api.open().stream().filter(CsiVolumePluginTest::onDrivers).forEach(w -> w.put(object));
    }

    @AfterEach
    void close() throws Exception {
        csi.close();
        driver.close();
        sockets.close();
        bed.close();
    }

    private void mountAsADriverDoes(Message request) {
        try {
            switch (request) {
                case NodeStageVolumeRequest r when r.getVolumeCapability().hasMount() ->
                        bind(backing, Path.of(r.getStagingTargetPath()));
                case NodePublishVolumeRequest r when r.getVolumeCapability().hasMount() -> {
                    Path target = Path.of(r.getTargetPath());
                    Files.createDirectories(target);
                    bind(
                            r.getStagingTargetPath().isEmpty()
                                    ? backing
                                    : Path.of(r.getStagingTargetPath()),
                            target);
                }
                case NodeUnpublishVolumeRequest r -> {
                    bed.mounts.unmount(Path.of(r.getTargetPath()));
                    Files.deleteIfExists(Path.of(r.getTargetPath()));
                }
                case NodeUnstageVolumeRequest r ->
                        bed.mounts.unmount(Path.of(r.getStagingTargetPath()));
                default -> {}
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void bind(Path source, Path target) throws IOException {
        if (!bed.mounts.isMountPoint(target)) {
            bed.mounts.bind(source, target, false, Set.of());
        }
    }

    private static String attachmentPath() {
        return "/apis/storage.k8s.io/v1/volumeattachments/"
                + CsiNames.attachment("vol-1", NAME, "n1");
    }

    private static VolumeAttachment attachment(UnaryOperator<VolumeAttachmentBuilder> change) {
        return change.apply(
                        new VolumeAttachmentBuilder()
                                .withNewMetadata()
                                .endMetadata()
                                .withNewStatus()
                                .withAttached(true)
                                .addToAttachmentMetadata("device", "/dev/x")
                                .endStatus())
                .build();
    }

    private static PersistentVolume pv(String mode) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName("pv-1")
                .endMetadata()
                .withNewSpec()
                .withVolumeMode(mode)
                .withAccessModes("ReadWriteOnce")
                .withMountOptions("noatime")
                .withNewCsi()
                .withDriver(NAME)
                .withVolumeHandle("vol-1")
                .withFsType("ext4")
                .addToVolumeAttributes("tier", "gold")
                .withNewNodeStageSecretRef("stage", "secrets")
                .withNewNodePublishSecretRef("publish", "secrets")
                .endCsi()
                .endSpec()
                .build();
    }

    private static Pod pod(String uid, @Nullable Long fsGroup) {
        return new PodBuilder(Pods.of(List.of(Pods.container("c", "v:/v"))))
                .editMetadata()
                .withUid(uid)
                .endMetadata()
                .editSpec()
                .withNewSecurityContext()
                .withFsGroup(fsGroup)
                .endSecurityContext()
                .endSpec()
                .build();
    }

    private VolumeRequest persistent(String uid, String mode, boolean first) {
        bed.objects.putSecret("secrets", "stage", Map.of("k", "stage-secret"));
        bed.objects.putSecret("secrets", "publish", Map.of("k", "publish-secret"));
        Volume volume =
                new VolumeBuilder()
                        .withName("v")
                        .withNewPersistentVolumeClaim("data", false)
                        .build();
        return new VolumeRequest(
                pod(uid, 4321L),
                new PodVolume(
                        "v",
                        volume,
                        Optional.of(new PodVolume.Claimed(new PersistentVolumeClaim(), pv(mode))),
                        false,
                        mode.equals("Block")),
                first);
    }

    private static VolumeRequest inline(boolean first) {
        Volume volume =
                new VolumeBuilder()
                        .withName("v")
                        .withNewCsi()
                        .withDriver(NAME)
                        .addToVolumeAttributes("a", "b")
                        .endCsi()
                        .build();
        return new VolumeRequest(pod("uid-1", null), PodVolume.inline(volume), first);
    }

    private Path folder(String uid) {
        return bed.root.resolve("pods/" + uid + "/volumes/kubernetes.io~csi/pv-1");
    }

    private Path staging() {
        return CsiNames.staging(bed.root, NAME, "vol-1");
    }

    private Path prepare(VolumeRequest request) throws Exception {
        return ((PreparedVolume.OnHost) csi.plugin().prepare(request)).path();
    }

    @Test
    void aVolumeIsAttachedStagedAndPublishedWithAllThatBelongsToIt() throws Exception {
        Path target = prepare(persistent("uid-1", "Filesystem", true));
        assertThat(target).isEqualTo(folder("uid-1").resolve("mount"));
        assertThat(target.resolve("data")).hasContent("precious");
        NodeStageVolumeRequest stage = driver.calls(NodeStageVolumeRequest.class).getFirst();
        assertThat(stage.getPublishContextMap()).isEqualTo(Map.of("device", "/dev/x"));
        assertThat(stage.getSecretsMap()).isEqualTo(Map.of("k", "stage-secret"));
        assertThat(stage.getStagingTargetPath()).isEqualTo(staging().toString());
        assertThat(stage.getVolumeCapability().getMount().getMountFlagsList())
                .containsExactly("noatime");
        NodePublishVolumeRequest publish = driver.calls(NodePublishVolumeRequest.class).getFirst();
        assertThat(publish.getSecretsMap()).isEqualTo(Map.of("k", "publish-secret"));
        assertThat(publish.getVolumeContextMap()).isEqualTo(Map.of("tier", "gold"));
        assertThat(publish.getStagingTargetPath()).isEqualTo(staging().toString());
        assertThat(gid(backing.resolve("data"))).as("given to the pod's group").isEqualTo(4321);
        assertThat(inUse.names()).hasValue(List.of(UNIQUE));
        VolumeData data = VolumeData.read(folder("uid-1"), new SafeFiles(bed.files)).orElseThrow();
        assertThat(data.driver()).isEqualTo(NAME);
        assertThat(data.handle()).isEqualTo("vol-1");
        assertThat(data.others()).containsEntry("specVolID", "pv-1");
        assertThat(Files.readString(staging().resolveSibling("vol_data.json")))
                .isEqualTo("{\"driverName\":\"disk.example.com\",\"volumeHandle\":\"vol-1\"}\n");
    }

    @Test
    void theLastPodTakesTheVolumeOffTheNode() throws Exception {
        prepare(persistent("uid-1", "Filesystem", true));
        prepare(persistent("uid-2", "Filesystem", true));
        assertThat(driver.calls(NodeStageVolumeRequest.class)).hasSize(1);
        csi.plugin().tearDown("uid-1", "pv-1");
        assertThat(folder("uid-1")).doesNotExist();
        assertThat(driver.calls(NodeUnstageVolumeRequest.class)).isEmpty();
        assertThat(inUse.names()).hasValue(List.of(UNIQUE));
        csi.plugin().tearDown("uid-2", "pv-1");
        assertThat(driver.calls(NodeUnstageVolumeRequest.class)).hasSize(1);
        assertThat(staging().getParent()).doesNotExist();
        assertThat(inUse.names()).hasValue(List.of());
        assertThat(bed.mounts.table().beneath(bed.root)).isEmpty();
        assertThat(backing.resolve("data")).hasContent("precious");
        csi.plugin().tearDown("uid-2", "pv-1");
    }

    @Test
    void aRestartedKubeletKnowsWhatIsInUseAndTearsItDown() throws Exception {
        prepare(persistent("uid-1", "Filesystem", true));
        startKubelet();
        assertThat(inUse.names()).hasValue(List.of(UNIQUE));
        prepare(persistent("uid-1", "Filesystem", true));
        assertThat(bed.mounts.table().beneath(folder("uid-1"))).hasSize(1);
        startKubelet();
        csi.plugin().tearDown("uid-1", "pv-1");
        assertThat(inUse.names()).hasValue(List.of());
        assertThat(staging()).doesNotExist();
    }

    @Test
    void aVolumeStagedForNobodyIsTakenOffAfterARestart() throws Exception {
        driver.failures.put("unstage", Status.UNAVAILABLE);
        prepare(persistent("uid-1", "Filesystem", true));
        csi.plugin().tearDown("uid-1", "pv-1");
        assertThat(folder("uid-1")).as("the pod may go").doesNotExist();
        assertThat(inUse.names()).as("the volume may not").hasValue(List.of(UNIQUE));
        driver.failures.clear();
        startKubelet();
        await().until(() -> inUse.names().orElseThrow().isEmpty());
        assertThat(staging()).doesNotExist();
    }

    @Test
    void aCertainRefusalLeavesNothingBehind() throws Exception {
        driver.failures.put("stage", Status.INVALID_ARGUMENT.withDescription("bad options"));
        assertThatThrownBy(() -> prepare(persistent("uid-1", "Filesystem", true)))
                .isInstanceOfSatisfying(
                        VolumeException.class,
                        e -> assertThat(e.operation()).isEqualTo("MountVolume.MountDevice"))
                .hasMessage("rpc error: code = InvalidArgument desc = bad options");
        assertThat(folder("uid-1")).doesNotExist();
        assertThat(staging()).doesNotExist();
        assertThat(inUse.names()).hasValue(List.of());
    }

    @Test
    void anUncertainOneIsUndoneByTheEndOfThePod() throws Exception {
        driver.failures.put("publish", Status.DEADLINE_EXCEEDED);
        assertThatThrownBy(() -> prepare(persistent("uid-1", "Filesystem", true)))
                .hasMessageStartingWith("rpc error: code = DeadlineExceeded");
        assertThat(folder("uid-1").resolve("vol_data.json")).exists();
        csi.plugin().tearDown("uid-1", "pv-1");
        assertThat(driver.calls(NodeUnpublishVolumeRequest.class)).hasSize(1);
        assertThat(driver.calls(NodeUnstageVolumeRequest.class)).hasSize(1);
        assertThat(folder("uid-1")).doesNotExist();
        assertThat(inUse.names()).hasValue(List.of());
    }

    @Test
    void aVolumeThatIsNotAttachedIsWaitedForInVainAndTold() {
        bed.api.objects.put(
                attachmentPath(), attachment(a -> a.editStatus().withAttached(false).endStatus()));
        assertThatThrownBy(() -> prepare(persistent("uid-1", "Filesystem", true)))
                .isInstanceOfSatisfying(
                        VolumeException.class,
                        e -> assertThat(e.operation()).isEqualTo("MountVolume.WaitForAttach"))
                .hasMessageContaining("volume vol-1 is not attached for volume attachment csi-");
        assertThat(inUse.names()).hasValue(List.of());
        assertThat(folder("uid-1")).doesNotExist();
    }

    @Test
    void aFullNodeSendsThePodElsewhereIfTheSchedulerCanLearnIt() {
        bed.api.objects.put(
                attachmentPath(),
                attachment(a ->
                        a.editStatus()
                                .withAttached(false)
                                .withNewAttachError(8, "no room", null)
                                .endStatus()));
        assertThatThrownBy(() -> prepare(persistent("uid-1", "Filesystem", true)))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.reason()).isEqualTo("FailedMount"))
                .hasMessage("no room");
        describe(d -> d.editSpec().withNodeAllocatableUpdatePeriodSeconds(3600L).endSpec());
        assertThatThrownBy(() -> prepare(persistent("uid-1", "Filesystem", true)))
                .isInstanceOfSatisfying(
                        VolumeException.class,
                        e -> assertThat(e.reason()).isEqualTo(VolumeFailure.ATTACH_LIMIT));
    }

    @Test
    void aDriverThatAttachesNothingIsNotWaitedFor() throws Exception {
        describe(d -> d.editSpec().withAttachRequired(false).endSpec());
        bed.api.objects.remove(attachmentPath());
        prepare(persistent("uid-1", "Filesystem", true));
        assertThat(inUse.names()).hasValue(List.of());
    }

    @Test
    void anInlineVolumeIsOnlyPublishedAndKnowsItsPod() throws Exception {
        describe(d ->
                d.editSpec()
                        .withPodInfoOnMount(true)
                        .withRequiresRepublish(true)
                        .addNewTokenRequest()
                        .withAudience("vault")
                        .endTokenRequest()
                        .endSpec());
        PreparedVolume.OnHost prepared = (PreparedVolume.OnHost) csi.plugin().prepare(inline(true));
        assertThat(driver.calls(NodeStageVolumeRequest.class)).isEmpty();
        NodePublishVolumeRequest publish = driver.calls(NodePublishVolumeRequest.class).getFirst();
        assertThat(publish.getVolumeId()).isEqualTo(CsiNames.ephemeralHandle("uid-1", "v"));
        assertThat(publish.getVolumeContextMap())
                .containsEntry("a", "b")
                .containsEntry("csi.storage.k8s.io/pod.name", "cart")
                .containsEntry("csi.storage.k8s.io/ephemeral", "true")
                .containsEntry(
                        "csi.storage.k8s.io/serviceAccount.tokens",
                        "{\"vault\":{\"token\":\"token-2\",\"expirationTimestamp\":\"2026-11-24T13:00:00Z\"}}");
        assertThat(prepared.refreshAt()).hasValue(bed.ticks.now().plus(Duration.ofMinutes(1)));
        assertThat(csi.plugin().follows(inline(false).volume())).isTrue();
        driver.failures.put("publish", Status.INTERNAL);
        assertThatThrownBy(() -> csi.plugin().prepare(inline(false)))
                .isInstanceOf(VolumeException.class);
        assertThat(prepared.path().resolve("data"))
                .as("a running pod keeps what it has")
                .hasContent("precious");
        driver.failures.clear();
        csi.plugin().tearDown("uid-1", "v");
        assertThat(prepared.path()).doesNotExist();
    }

    @Test
    void tokensGoAmongTheSecretsIfTheDriverWantsThemThere() throws Exception {
        describe(d ->
                d.editSpec()
                        .withServiceAccountTokenInSecrets(true)
                        .addNewTokenRequest()
                        .withAudience("")
                        .endTokenRequest()
                        .endSpec());
        csi.plugin().prepare(inline(true));
        NodePublishVolumeRequest publish = driver.calls(NodePublishVolumeRequest.class).getFirst();
        assertThat(publish.getSecretsMap())
                .containsOnlyKeys("csi.storage.k8s.io/serviceAccount.tokens");
        assertThat(publish.getVolumeContextMap())
                .doesNotContainKey("csi.storage.k8s.io/serviceAccount.tokens");
    }

    @Test
    void aDriverThatOwnsFilesItselfIsToldTheGroup() throws Exception {
        driver.capabilities =
                Set.of(NodeCapability.STAGE_UNSTAGE_VOLUME, NodeCapability.VOLUME_MOUNT_GROUP);
        prepare(persistent("uid-1", "Filesystem", true));
        assertThat(
                        driver.calls(NodePublishVolumeRequest.class)
                                .getFirst()
                                .getVolumeCapability()
                                .getMount()
                                .getVolumeMountGroup())
                .isEqualTo("4321");
        assertThat(gid(backing.resolve("data"))).isZero();
    }

    @Test
    void withoutItsDriverAVolumeIsNamedAndWaits() throws Exception {
        prepare(persistent("uid-1", "Filesystem", true));
        csi.handler()
                .deregister(
                        new PluginInfo(PluginInfo.CSI, NAME, "", List.of("1.0.0")),
                        driver.socket());
        assertThatThrownBy(() -> prepare(persistent("uid-2", "Filesystem", true)))
                .hasMessage(
                        "driver name disk.example.com not found in the list of registered CSI"
                                + " drivers");
        assertThatThrownBy(() -> csi.plugin().tearDown("uid-1", "pv-1"))
                .hasMessageContaining("not found in the list of registered CSI drivers");
        assertThat(folder("uid-1").resolve("mount/data")).hasContent("precious");
    }

    @Test
    void statsComeFromTheDriver() throws Exception {
        prepare(persistent("uid-1", "Filesystem", true));
        assertThat(csi.plugin().stats("uid-1", "pv-1")).isEmpty();
        driver.capabilities = Set.of(NodeCapability.GET_VOLUME_STATS);
        assertThat(csi.plugin().stats("uid-1", "pv-1").orElseThrow().bytes().orElseThrow().used())
                .isEqualTo(30);
        assertThat(csi.plugin().stats("uid-9", "pv-1")).isEmpty();
    }

    @Test
    void aRawVolumeIsPassedOnAndTakenBack() throws Exception {
        Path image = Files.createFile(temporary.resolve("disk.img"));
        try (var file = new java.io.RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(4 << 20);
        }
        HostCommands commands = HostCommands.system();
        Path loop =
                Path.of(
                        commands.run(List.of("losetup", "-f", "--show", image.toString()))
                                .output());
        driver.work =
                request -> {
                    try {
                        if (request instanceof NodePublishVolumeRequest r) {
                            Path target = Path.of(r.getTargetPath());
                            if (!Files.exists(target)) {
                                Files.createFile(target);
                                bed.mounts.bind(loop, target, false, Set.of());
                            }
                        } else if (request instanceof NodeUnpublishVolumeRequest r) {
                            bed.mounts.unmount(Path.of(r.getTargetPath()));
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
        try {
            PreparedVolume prepared = csi.plugin().prepare(persistent("uid-1", "Block", true));
            Path link = bed.root.resolve("pods/uid-1/volumeDevices/kubernetes.io~csi/pv-1");
            assertThat(prepared).isEqualTo(new PreparedVolume.BlockDevice(link, false));
            Path blocks = bed.root.resolve("plugins/kubernetes.io/csi/volumeDevices");
            assertThat(Files.readSymbolicLink(link))
                    .isEqualTo(blocks.resolve("publish/pv-1/uid-1"));
            assertThat(blocks.resolve("pv-1/data/vol_data.json")).exists();
            assertThat(bed.mounts.isMountPoint(blocks.resolve("pv-1/dev/uid-1"))).isTrue();
            assertThat(driver.calls(NodeStageVolumeRequest.class).getFirst().getStagingTargetPath())
                    .isEqualTo(blocks.resolve("staging/pv-1").toString());
            startKubelet();
            assertThat(inUse.names()).hasValue(List.of(UNIQUE));
            csi.plugin().unmap("uid-1", "pv-1");
            assertThat(bed.mounts.table().beneath(bed.root)).isEmpty();
            assertThat(blocks.resolve("pv-1")).doesNotExist();
            assertThat(driver.calls(NodeUnstageVolumeRequest.class)).hasSize(1);
            assertThat(inUse.names()).hasValue(List.of());
            csi.plugin().unmap("uid-1", "pv-1");
        } finally {
            bed.close();
            commands.run(List.of("losetup", "-d", loop.toString()));
        }
    }
}
