package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.env.Environment;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.kubelet.volume.plugin.ConfigMapPlugin;
import dev.caravel.kubelet.volume.plugin.EmptyDirPlugin;
import dev.caravel.kubelet.volume.plugin.SecretPlugin;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RootOnly
final class VolumeTearDownTest {
    @TempDir Path temporary;
    private VolumeBed bed;
    private PodVolumes volumes;
    private VolumeTearDown tearDown;
    private PodFolders folders;
    private DesiredPod pod;

    @BeforeEach
    void open() throws Exception {
        bed = new VolumeBed(temporary);
        bed.objects.putConfigMap("shop", "conf", Map.of("a", "1"));
        bed.objects.putSecret("shop", "key", Map.of("password", "hunter2"));
        startKubelet();
        Pod spec =
                Pods.of(
                        List.of(
                                new ContainerBuilder()
                                        .withName("c")
                                        .withVolumeMounts(
                                                mount("data", ""),
                                                mount("data", "sub/folder"),
                                                mount("mem", "x"),
                                                mount("conf", "a"),
                                                mount("key", ""))
                                        .build()),
                        new VolumeBuilder()
                                .withName("data")
                                .withNewEmptyDir()
                                .endEmptyDir()
                                .build(),
                        new VolumeBuilder()
                                .withName("mem")
                                .withNewEmptyDir()
                                .withMedium("Memory")
                                .endEmptyDir()
                                .build(),
                        new VolumeBuilder()
                                .withName("conf")
                                .withNewConfigMap()
                                .withName("conf")
                                .endConfigMap()
                                .build(),
                        new VolumeBuilder()
                                .withName("key")
                                .withNewSecret()
                                .withSecretName("key")
                                .endSecret()
                                .build());
        pod = new DesiredPod(PodRef.of(spec), PodSource.API, spec, Instant.EPOCH);
    }

    @AfterEach
    void close() throws IOException {
        bed.close();
    }

    private static io.fabric8.kubernetes.api.model.VolumeMount mount(String name, String sub) {
        return new VolumeMountBuilder()
                .withName(name)
                .withMountPath("/" + name + sub)
                .withSubPath(sub)
                .build();
    }

    /** A new process that knows nothing but what is on disk. */
    private void startKubelet() {
        volumes =
                new PodVolumes(
                        List.of(
                                new EmptyDirPlugin(
                                        bed.paths,
                                        bed.scratch,
                                        bed.ownership,
                                        bed.trees,
                                        () -> 1L << 30),
                                new SecretPlugin(bed.sources, bed.folder),
                                new ConfigMapPlugin(bed.sources, bed.folder)),
                        new ClaimResolver(new FakeClaims()),
                        PodVolumes.NodeGate.open(),
                        bed.ticks.clock());
        tearDown = new VolumeTearDown(volumes, bed.paths, bed.mounts, bed.subPaths);
        folders = new PodFolders(bed.paths, tearDown, bed.mounts, bed.trees, bed.ticks.clock());
    }

    private void run() throws Exception {
        assertThat(volumes.prepare(pod)).isInstanceOf(VolumeOutcome.Ready.class);
        new ContainerMounts(volumes, bed.paths, bed.subPaths, bed.files)
                .mounts(
                        pod,
                        PodContainer.regular(pod.pod()).getFirst(),
                        Environment.empty(),
                        new ContainerMounts.Settings(false, Map.of()));
        Files.writeString(volume("data").resolve("sub/folder/file"), "data");
    }

    private Path volume(String name) {
        return bed.paths.volume("uid-1", EmptyDirPlugin.NAME, name);
    }

    private Path podFolder() {
        return bed.paths.pod("uid-1");
    }

    @Test
    void everythingIsUnmountedAndRemovedAndMayBeRepeated() throws Exception {
        run();
        assertThat(bed.mounts.table().beneath(podFolder())).hasSize(5);
        assertThat(tearDown.tearDown("uid-1")).isEmpty();
        assertThat(bed.mounts.table().beneath(podFolder())).isEmpty();
        assertThat(podFolder().resolve("volumes")).doesNotExist();
        assertThat(podFolder().resolve("volume-subpaths")).doesNotExist();
        assertThat(volumes.prepared("uid-1", "data")).isEmpty();
        assertThat(tearDown.tearDown("uid-1")).isEmpty();
        assertThat(tearDown.tearDown("never-seen")).isEmpty();
    }

    @Test
    void aRestartedKubeletLeavesRunningVolumesAloneAndCanTearThemDown() throws Exception {
        run();
        Map<Path, Integer> before = mountIds();
        startKubelet();
        run();
        assertThat(mountIds()).isEqualTo(before);
        startKubelet();
        assertThat(tearDown.tearDown("uid-1")).isEmpty();
        assertThat(podFolder().resolve("volumes")).doesNotExist();
    }

    private Map<Path, Integer> mountIds() throws IOException {
        Map<Path, Integer> ids = new java.util.TreeMap<>();
        bed.mounts.table().beneath(podFolder()).forEach(m -> ids.put(m.mountPoint(), m.id()));
        return ids;
    }

    @Test
    void allFailuresAreToldAndTheRestIsDone() throws Exception {
        run();
        Path secret = bed.paths.volume("uid-1", SecretPlugin.NAME, "key").resolve("password");
        try (SeekableByteChannel _ = Files.newByteChannel(secret);
                SeekableByteChannel _ =
                        Files.newByteChannel(Files.writeString(volume("mem").resolve("f"), "x"))) {
            assertThat(tearDown.tearDown("uid-1"))
                    .extracting(VolumeFailure::volume)
                    .containsExactlyInAnyOrder("key", "mem");
            assertThat(volume("data")).doesNotExist();
            assertThat(secret).hasContent("hunter2");
            assertThat(tearDown.tearDown("uid-1"))
                    .extracting(VolumeFailure::message)
                    .allMatch(m -> m.startsWith("UnmountVolume.TearDown failed for volume \""))
                    .allMatch(m -> m.contains("EBUSY"));
        }
        assertThat(tearDown.tearDown("uid-1")).isEmpty();
    }

    @Test
    void theVolumeOfAnUnknownPluginLosesItsMountsButNeverData() throws Exception {
        Path host = Files.createDirectory(temporary.resolve("host"));
        Files.writeString(host.resolve("precious"), "host");
        Path foreign = bed.paths.volume("uid-1", "example.com/driver", "v");
        Files.createDirectories(foreign.resolve("mount"));
        bed.mounts.bind(host, foreign.resolve("mount"), false, Set.of());
        assertThat(tearDown.tearDown("uid-1")).isEmpty();
        assertThat(foreign).doesNotExist();
        assertThat(host.resolve("precious")).hasContent("host");

        Files.createDirectories(foreign);
        Path data = Files.writeString(foreign.resolve("data"), "not ours");
        assertThat(tearDown.tearDown("uid-1"))
                .singleElement()
                .satisfies(f -> assertThat(f.message()).contains("no plugin for"));
        assertThat(data).hasContent("not ours");
    }

    @Test
    void orphansGoOnlyOnProof() throws Exception {
        run();
        startKubelet();
        assertThat(folders.podsOnDisk()).containsExactly("uid-1");
        assertThat(folders.removeOrphans(uid -> true, uid -> false).found()).isZero();
        assertThat(podFolder()).exists();
        assertThat(folders.removeOrphans(uid -> false, uid -> true))
                .isEqualTo(new PodFolders.OrphanReport(1, List.of()));
        assertThat(podFolder()).exists();
        assertThat(folders.removeOrphans(uid -> false, uid -> false))
                .isEqualTo(new PodFolders.OrphanReport(1, List.of()));
        assertThat(podFolder()).doesNotExist();
        assertThat(folders.podsOnDisk()).isEmpty();
    }

    @Test
    void aStuckOrphanRestsAndIsTriedAgain() throws Exception {
        run();
        Path secret = bed.paths.volume("uid-1", SecretPlugin.NAME, "key").resolve("password");
        try (SeekableByteChannel _ = Files.newByteChannel(secret)) {
            assertThat(folders.removeOrphans(uid -> false, uid -> false).failures())
                    .singleElement()
                    .asString()
                    .contains("EBUSY");
            assertThat(folders.removeOrphans(uid -> false, uid -> false).failures())
                    .containsExactly("orphaned pod uid-1: waits for its next try");
        }
        bed.ticks.advance(Duration.ofMillis(500));
        assertThat(folders.removeOrphans(uid -> false, uid -> false).failures()).isEmpty();
        assertThat(podFolder()).doesNotExist();
    }

    @Test
    void aMountInThePodsFolderSavesWhatIsUnderIt() throws Exception {
        Path host = Files.createDirectory(temporary.resolve("host"));
        Files.writeString(host.resolve("precious"), "host");
        Path odd = Files.createDirectories(podFolder().resolve("containers/c/odd"));
        bed.mounts.bind(host, odd, false, Set.of());
        assertThat(folders.removePod("uid-1")).singleElement().asString().contains(odd.toString());
        assertThat(host.resolve("precious")).hasContent("host");
        bed.mounts.unmount(odd);
        assertThat(folders.removePod("uid-1")).isEmpty();
        assertThat(podFolder()).doesNotExist();
        assertThat(host.resolve("precious")).hasContent("host");
    }

    @Test
    void linksInPlaceOfThePodsFoldersLeadNowhere() throws Exception {
        Path host = Files.createDirectories(temporary.resolve("host/x/y")).getRoot();
        Path target = temporary.resolve("host");
        Files.writeString(target.resolve("x/y/precious"), "host");
        assertThat(host).isNotNull();
        for (String name : List.of("volumes", "volumeDevices", "volume-subpaths", "plugins")) {
            Files.createDirectories(podFolder());
            Files.createSymbolicLink(podFolder().resolve(name), target);
            folders.removePod("uid-1");
            assertThat(target.resolve("x/y/precious")).hasContent("host");
        }
    }

    @Test
    void usageComesFromTheFileSystemOrABoundedWalk() throws Exception {
        run();
        VolumeUsage usage = new VolumeUsage(bed.mounts, bed.files, bed.trees);
        Files.write(volume("mem").resolve("f"), new byte[100_000]);
        Files.write(volume("data").resolve("f"), new byte[100_000]);
        VolumeUsage.Stats memory = usage.measure(volume("mem"));
        assertThat(memory.usedBytes()).isBetween(100_000L, 120_000L);
        assertThat(memory.capacityBytes()).isEqualTo(1L << 30);
        assertThat(memory.inodesUsed()).isEqualTo(3);
        VolumeUsage.Stats disk = usage.measure(volume("data"));
        assertThat(disk.usedBytes()).isBetween(100_000L, 130_000L);
        assertThat(disk.inodesUsed()).isEqualTo(5);
        assertThat(disk.capacityBytes()).isGreaterThan(disk.availableBytes());
        assertThat(disk.complete()).isTrue();
    }
}
