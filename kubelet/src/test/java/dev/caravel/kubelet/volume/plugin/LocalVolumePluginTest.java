package dev.caravel.kubelet.volume.plugin;

import static dev.caravel.kubelet.volume.VolumeBed.gid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.Pods;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.RootOnly;
import dev.caravel.kubelet.volume.VolumeBed;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.linux.sys.FileType;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RootOnly
final class LocalVolumePluginTest {
    private final HostCommands commands = HostCommands.system();
    @TempDir Path temporary;
    private VolumeBed bed;
    private LocalVolumePlugin plugin;
    private @Nullable Path loop;

    @BeforeEach
    void open() throws IOException {
        bed = new VolumeBed(temporary);
        plugin =
                new LocalVolumePlugin(
                        bed.paths,
                        bed.mounts,
                        bed.files,
                        bed.ownership,
                        new Disks(commands, bed.mounts),
                        new BlockDevices(commands, bed.mounts));
    }

    @AfterEach
    void close() throws Exception {
        for (String uid : List.of("uid-1", "uid-2")) {
            plugin.unmap(uid, "pv-1");
        }
        bed.close();
        if (loop != null) {
            commands.run(List.of("losetup", "-d", loop.toString()));
        }
    }

    /** An empty disk of 32 MiB. */
    private Path disk() throws Exception {
        Path image = temporary.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        HostCommands.Result made =
                commands.run(List.of("losetup", "-f", "--show", image.toString()));
        assertThat(made.exitCode()).as(made.output()).isZero();
        Path device = Path.of(made.output());
        loop = device;
        return device;
    }

    private static VolumeRequest request(
            String uid, Path path, String mode, boolean readOnly, @Nullable Long fsGroup) {
        PersistentVolume pv =
                new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName("pv-1")
                        .endMetadata()
                        .withNewSpec()
                        .withVolumeMode(mode)
                        .withMountOptions("noatime")
                        .withNewLocal(null, path.toString())
                        .endSpec()
                        .build();
        Pod pod =
                new PodBuilder(Pods.of(List.of(Pods.container("c", "v:/v"))))
                        .editMetadata()
                        .withUid(uid)
                        .endMetadata()
                        .editSpec()
                        .withNewSecurityContext()
                        .withFsGroup(fsGroup)
                        .endSecurityContext()
                        .endSpec()
                        .build();
        PodVolume volume =
                new PodVolume(
                        "v",
                        new VolumeBuilder()
                                .withName("v")
                                .withNewPersistentVolumeClaim("data", readOnly)
                                .build(),
                        Optional.of(new PodVolume.Claimed(new PersistentVolumeClaim(), pv)),
                        readOnly,
                        mode.equals("Block"));
        return new VolumeRequest(pod, volume, true);
    }

    private Path mount(String uid, Path path, boolean readOnly, @Nullable Long fsGroup)
            throws Exception {
        return ((PreparedVolume.OnHost)
                        plugin.prepare(request(uid, path, "Filesystem", readOnly, fsGroup)))
                .path();
    }

    @Test
    void aFolderIsBoundIntoEachPodAndOutlivesThem() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("folder"));
        Files.writeString(folder.resolve("f"), "data");
        Path one = mount("uid-1", folder, false, 4321L);
        Path two = mount("uid-2", folder, true, null);
        assertThat(one)
                .isEqualTo(bed.root.resolve("pods/uid-1/volumes/kubernetes.io~local-volume/pv-1"));
        assertThat(two.resolve("f")).hasContent("data");
        assertThat(gid(folder.resolve("f"))).isEqualTo(4321);
        assertThat(bed.mountAt(one).readOnly()).isFalse();
        assertThat(bed.mountAt(one).options()).contains("noatime");
        assertThat(bed.mountAt(two).readOnly()).isTrue();
        plugin.tearDown("uid-1", "pv-1");
        plugin.tearDown("uid-2", "pv-1");
        plugin.tearDown("uid-2", "pv-1");
        assertThat(one).doesNotExist();
        assertThat(two).doesNotExist();
        assertThat(folder.resolve("f")).hasContent("data");
    }

    @Test
    void theGroupIsSetByTheFirstPodOnly() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("folder"));
        mount("uid-1", folder, false, 4321L);
        mount("uid-2", folder, false, 99L);
        assertThat(gid(folder)).isEqualTo(4321);
    }

    @Test
    void anEmptyDiskIsFormattedOnceAndMountedOnceForAllPods() throws Exception {
        Path disk = disk();
        Path one = mount("uid-1", disk, false, null);
        Files.writeString(one.resolve("f"), "data");
        Path global = bed.root.resolve("plugins/kubernetes.io/local-volume/mounts/pv-1");
        assertThat(bed.mountAt(global).fsType()).isEqualTo("ext4");
        Path two = mount("uid-2", disk, false, null);
        assertThat(two.resolve("f")).hasContent("data");
        plugin.tearDown("uid-1", "pv-1");
        assertThat(bed.mounts.isMountPoint(global)).as("still used by the other pod").isTrue();
        assertThat(two.resolve("f")).hasContent("data");
        plugin.tearDown("uid-2", "pv-1");
        assertThat(bed.mounts.table().beneath(bed.root)).isEmpty();
        assertThat(global).doesNotExist();
        assertThat(mount("uid-1", disk, false, null).resolve("f")).hasContent("data");
    }

    @Test
    void anEmptyDiskIsNotFormattedForReading() throws Exception {
        Path disk = disk();
        assertThatThrownBy(() -> mount("uid-1", disk, true, null))
                .isInstanceOfSatisfying(
                        VolumeException.class,
                        e -> assertThat(e.operation()).isEqualTo("MountVolume.MountDevice"))
                .hasMessageContaining("cannot mount unformatted disk");
    }

    @Test
    void aDiskWithPartitionsOrStrangeDataIsNeverFormatted() throws Exception {
        Path disk = disk();
        byte[] partitions = new byte[512];
        partitions[510] = 0x55;
        partitions[511] = (byte) 0xaa;
        partitions[446 + 4] = (byte) 0x83;
        partitions[446 + 8] = 1;
        partitions[446 + 12] = 16;
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.write(partitions);
        }
        assertThatThrownBy(() -> mount("uid-1", disk, false, null))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("partition table");
    }

    @Test
    void aRawDiskIsLinkedBoundAndHeld() throws Exception {
        Path disk = disk();
        PreparedVolume prepared = plugin.prepare(request("uid-1", disk, "Block", false, null));
        Path link = bed.root.resolve("pods/uid-1/volumeDevices/kubernetes.io~local-volume/pv-1");
        Path use = bed.root.resolve("plugins/kubernetes.io~local-volume/volumeDevices/pv-1/uid-1");
        assertThat(prepared).isEqualTo(new PreparedVolume.BlockDevice(link, false));
        assertThat(Files.readSymbolicLink(link)).isEqualTo(disk);
        assertThat(bed.files.status(use).type()).isEqualTo(FileType.BLOCK_DEVICE);
        plugin.prepare(request("uid-1", disk, "Block", false, null));
        assertThat(bed.mounts.table().beneath(use)).hasSize(1);
        plugin.prepare(request("uid-2", disk, "Block", true, null));
        plugin.unmap("uid-1", "pv-1");
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(use).doesNotExist();
        assertThat(use.resolveSibling("uid-2")).exists();
        plugin.unmap("uid-2", "pv-1");
        plugin.unmap("uid-2", "pv-1");
        assertThat(use.resolveSibling("uid-2")).doesNotExist();
        assertThat(commands.run(List.of("losetup", "-a")).output())
                .doesNotContain(bed.root.toString());
    }

    @Test
    void anythingElseIsRefused() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "x");
        assertThatThrownBy(() -> mount("uid-1", file, false, null))
                .hasMessage("only directory and block device are supported");
        assertThatThrownBy(() -> mount("uid-1", Path.of("/var/../etc"), false, null))
                .hasMessageContaining("must not contain '..'");
        assertThatThrownBy(() -> mount("uid-1", temporary.resolve("none"), false, null))
                .hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> plugin.prepare(request("uid-1", file, "Block", false, null)))
                .isInstanceOfSatisfying(
                        VolumeException.class,
                        e -> assertThat(e.operation()).isEqualTo("MapVolume.MapPodDevice"));
    }
}
