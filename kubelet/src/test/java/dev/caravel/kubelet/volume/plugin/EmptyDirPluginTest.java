package dev.caravel.kubelet.volume.plugin;

import static dev.caravel.kubelet.volume.VolumeBed.gid;
import static dev.caravel.kubelet.volume.VolumeBed.mode;
import static dev.caravel.kubelet.volume.VolumeBed.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.volume.Pods;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.RootOnly;
import dev.caravel.kubelet.volume.VolumeBed;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.linux.mount.TmpfsOptions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RootOnly
final class EmptyDirPluginTest {
    @TempDir Path temporary;
    private VolumeBed bed;
    private EmptyDirPlugin plugin;

    @BeforeEach
    void open() throws IOException {
        bed = new VolumeBed(temporary);
        plugin =
                new EmptyDirPlugin(
                        bed.paths, bed.scratch, bed.ownership, bed.trees, () -> 64L << 20);
    }

    @AfterEach
    void close() throws IOException {
        bed.close();
    }

    private static Volume emptyDir(String medium, @Nullable String size) {
        return new VolumeBuilder()
                .withName("cache")
                .withNewEmptyDir()
                .withMedium(medium)
                .withSizeLimit(size == null ? null : new Quantity(size))
                .endEmptyDir()
                .build();
    }

    private static Pod pod(@Nullable Long fsGroup) {
        return new PodBuilder(Pods.of(List.of(Pods.container("c", "cache:/c"))))
                .editSpec()
                .withNewSecurityContext()
                .withFsGroup(fsGroup)
                .endSecurityContext()
                .endSpec()
                .build();
    }

    private Path prepare(Pod pod, Volume volume) throws VolumeException {
        PreparedVolume prepared = plugin.prepare(request(pod, volume));
        assertThat(prepared)
                .isInstanceOfSatisfying(
                        PreparedVolume.OnHost.class,
                        v -> {
                            assertThat(v.readOnly()).isFalse();
                            assertThat(v.relabel()).isTrue();
                        });
        return ((PreparedVolume.OnHost) prepared).path();
    }

    @Test
    void onDiskEverybodyMayWriteAndNobodyElseLooksIn() throws Exception {
        Path folder = prepare(pod(null), emptyDir("", null));
        assertThat(folder)
                .isEqualTo(bed.root.resolve("pods/uid-1/volumes/kubernetes.io~empty-dir/cache"));
        assertThat(mode(folder)).isEqualTo(0777);
        assertThat(mode(bed.root.resolve("pods/uid-1/volumes/kubernetes.io~empty-dir")))
                .isEqualTo(0750);
        assertThat(bed.root.resolve("pods/uid-1/plugins/kubernetes.io~empty-dir/cache/ready"))
                .isEmptyFile();
        assertThat(bed.mounts.isMountPoint(folder)).isFalse();
    }

    @Test
    void preparingAgainKeepsWhatContainersWroteAndItsOwners() throws Exception {
        Path folder = prepare(pod(4321L), emptyDir("", null));
        assertThat(gid(folder)).isEqualTo(4321);
        assertThat(mode(folder)).isEqualTo(02777);
        Path file = Files.writeString(folder.resolve("f"), "data");
        Files.setAttribute(file, "unix:gid", 99);
        Files.setAttribute(file, "unix:mode", 0600);
        prepare(pod(4321L), emptyDir("", null));
        assertThat(Files.readString(file)).isEqualTo("data");
        assertThat(gid(file)).isEqualTo(99);
        assertThat(mode(file)).isEqualTo(0600);
    }

    @Test
    void inMemoryItIsATmpfsOfTheRightSize() throws Exception {
        Path folder = prepare(pod(4321L), emptyDir("Memory", "8Mi"));
        assertThat(bed.mountAt(folder).fsType()).isEqualTo("tmpfs");
        assertThat(bed.mountAt(folder).superOption("size")).hasValue("8192k");
        assertThat(bed.mountAt(folder).superOptions().contains("noswap"))
                .isEqualTo(bed.mounts.tmpfsNoswapSupported());
        assertThat(mode(folder)).isEqualTo(03777);
        assertThat(gid(folder)).isEqualTo(4321);
        Files.writeString(folder.resolve("f"), "data");
        int mountId = bed.mountAt(folder).id();
        prepare(pod(4321L), emptyDir("Memory", "8Mi"));
        assertThat(bed.mountAt(folder).id()).isEqualTo(mountId);
        assertThat(folder.resolve("f")).hasContent("data");
    }

    @Test
    void withoutALimitOfItsOwnMemoryIsLimitedByTheNode() throws Exception {
        Path folder = prepare(pod(null), emptyDir("Memory", null));
        assertThat(bed.mountAt(folder).superOption("size")).hasValue("65536k");
    }

    @Test
    void afterARebootMemoryIsMadeAgainAndAHalfRemovedFolderToo() throws Exception {
        Path folder = prepare(pod(null), emptyDir("Memory", null));
        bed.mounts.unmount(folder);
        prepare(pod(null), emptyDir("Memory", null));
        assertThat(bed.mounts.isMountPoint(folder)).isTrue();
        plugin.tearDown("uid-1", "cache");

        folder = prepare(pod(null), emptyDir("", null));
        bed.trees.delete(folder);
        prepare(pod(null), emptyDir("", null));
        assertThat(folder).isDirectory();
    }

    @Test
    void hugePagesHaveTheSizeThePodRequests() throws Exception {
        Pod pod =
                new PodBuilder(pod(null))
                        .editSpec()
                        .editFirstContainer()
                        .withNewResources()
                        .addToRequests("hugepages-2Mi", new Quantity("4Mi"))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build();
        Path folder = prepare(pod, emptyDir("HugePages", null));
        assertThat(bed.mountAt(folder).fsType()).isEqualTo("hugetlbfs");
        assertThat(bed.mountAt(folder).superOption("pagesize")).hasValue("2M");
        prepare(pod, emptyDir("HugePages-2Mi", null));
        assertThat(bed.mounts.table().beneath(folder)).hasSize(1);
        plugin.tearDown("uid-1", "cache");
        assertThat(folder).doesNotExist();
    }

    @Test
    void anUnknownMediumIsNamed() {
        assertThatThrownBy(() -> prepare(pod(null), emptyDir("Floppy", null)))
                .isInstanceOf(VolumeException.class)
                .hasMessage("unknown storage medium \"Floppy\"");
    }

    @Test
    void tearDownRemovesAllAndMayBeRepeated() throws Exception {
        for (String medium : List.of("", "Memory")) {
            Path folder = prepare(pod(null), emptyDir(medium, null));
            Files.createDirectories(folder.resolve("a/b/c"));
            Files.writeString(folder.resolve("a/b/f"), "data");
            plugin.tearDown("uid-1", "cache");
            assertThat(folder).doesNotExist();
            assertThat(bed.root.resolve("pods/uid-1/plugins/kubernetes.io~empty-dir/cache"))
                    .doesNotExist();
            plugin.tearDown("uid-1", "cache");
        }
        plugin.tearDown("never-seen", "cache");
    }

    @Test
    void tearDownFollowsNoLinkOutOfTheVolume() throws Exception {
        Path host = Files.createDirectory(temporary.resolve("host"));
        Files.writeString(host.resolve("precious"), "host");
        Path folder = prepare(pod(null), emptyDir("", null));
        Files.createSymbolicLink(folder.resolve("out"), host);
        Files.createDirectory(folder.resolve("deep"));
        Files.createSymbolicLink(folder.resolve("deep/up"), Path.of("../../../../../.."));
        plugin.tearDown("uid-1", "cache");
        assertThat(folder).doesNotExist();
        assertThat(host.resolve("precious")).hasContent("host");
    }

    @Test
    void whatAContainerMountedInsideIsTakenOffButNotEmptied() throws Exception {
        Path host = Files.createDirectory(temporary.resolve("host"));
        Files.writeString(host.resolve("precious"), "host");
        for (String medium : List.of("", "Memory")) {
            Path folder = prepare(pod(null), emptyDir(medium, null));
            Path inside = Files.createDirectories(folder.resolve("x/y"));
            bed.mounts.bind(host, inside, false, java.util.Set.of());
            Path deeper = Files.createDirectories(folder.resolve("z"));
            bed.mounts.tmpfs(
                    deeper,
                    new TmpfsOptions(OptionalLong.of(1 << 20), 0755, false, Optional.empty()));
            plugin.tearDown("uid-1", "cache");
            assertThat(folder).doesNotExist();
            assertThat(host.resolve("precious")).hasContent("host");
        }
    }

    @Test
    void aBusyMountIsReportedAndNothingIsForced() throws Exception {
        Path folder = prepare(pod(null), emptyDir("Memory", null));
        Path file = Files.writeString(folder.resolve("f"), "data");
        try (var _ = Files.newByteChannel(file)) {
            assertThatThrownBy(() -> plugin.tearDown("uid-1", "cache"))
                    .isInstanceOf(VolumeException.class)
                    .hasMessageContaining("EBUSY");
            assertThat(file).hasContent("data");
        }
        plugin.tearDown("uid-1", "cache");
        assertThat(folder).doesNotExist();
    }
}
