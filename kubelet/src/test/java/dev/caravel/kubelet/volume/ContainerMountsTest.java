package dev.caravel.kubelet.volume;

import static dev.caravel.kubelet.volume.VolumeBed.gid;
import static dev.caravel.kubelet.volume.VolumeBed.mode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.cri.Device;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Mount;
import dev.caravel.cri.MountPropagation;
import dev.caravel.kubelet.env.Environment;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.kubelet.volume.plugin.ConfigMapPlugin;
import dev.caravel.kubelet.volume.plugin.EmptyDirPlugin;
import dev.caravel.kubelet.volume.plugin.HostPathPlugin;
import dev.caravel.kubelet.volume.plugin.ImagePlugin;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RootOnly
final class ContainerMountsTest {
    private static final ContainerMounts.Settings PLAIN =
            new ContainerMounts.Settings(true, Map.of());

    @TempDir Path temporary;
    private VolumeBed bed;
    private PodVolumes volumes;
    private ContainerMounts mounts;

    @BeforeEach
    void open() throws IOException {
        bed = new VolumeBed(temporary);
        bed.objects.putConfigMap("shop", "conf", Map.of("a", "1", "b", "2"));
        volumes =
                new PodVolumes(
                        List.of(
                                new EmptyDirPlugin(
                                        bed.paths,
                                        bed.scratch,
                                        bed.ownership,
                                        bed.trees,
                                        () -> 1L << 30),
                                new HostPathPlugin(bed.files),
                                new ImagePlugin(),
                                new ConfigMapPlugin(bed.sources, bed.folder)),
                        new ClaimResolver(new FakeClaims()),
                        PodVolumes.NodeGate.open(),
                        bed.ticks.clock());
        mounts = new ContainerMounts(volumes, bed.paths, bed.subPaths, bed.files);
    }

    @AfterEach
    void close() throws IOException {
        bed.close();
    }

    private static Volume emptyDir(String name) {
        return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
    }

    private static Volume configMap() {
        return new VolumeBuilder()
                .withName("conf")
                .withNewConfigMap()
                .withName("conf")
                .endConfigMap()
                .build();
    }

    private static VolumeMountBuilder at(String volume) {
        return new VolumeMountBuilder().withName(volume).withMountPath("/" + volume);
    }

    private static Pod pod(List<VolumeMount> wanted, Volume... all) {
        return Pods.of(
                List.of(new ContainerBuilder().withName("c").withVolumeMounts(wanted).build()),
                all);
    }

    private static DesiredPod desired(Pod pod) {
        return new DesiredPod(PodRef.of(pod), PodSource.API, pod, Instant.EPOCH);
    }

    private List<Mount> prepareAndMount(Pod pod, ContainerMounts.Settings settings)
            throws Exception {
        assertThat(volumes.prepare(desired(pod))).isInstanceOf(VolumeOutcome.Ready.class);
        return mounts(pod, settings);
    }

    private List<Mount> mounts(Pod pod, ContainerMounts.Settings settings) throws VolumeException {
        return mounts.mounts(
                desired(pod), PodContainer.regular(pod).getFirst(), Environment.empty(), settings);
    }

    @Test
    void mountsComeInTheOrderOfTheSpecWithWhatTheySay() throws Exception {
        Pod pod =
                pod(
                        List.of(
                                at("data").withMountPropagation("HostToContainer").build(),
                                at("conf").withMountPath("etc/conf").build(),
                                at("host")
                                        .withReadOnly(true)
                                        .withRecursiveReadOnly("IfPossible")
                                        .build()),
                        emptyDir("data"),
                        configMap(),
                        new VolumeBuilder()
                                .withName("host")
                                .withNewHostPath(temporary.toString(), null)
                                .build());
        List<Mount> made = prepareAndMount(pod, PLAIN);
        assertThat(made)
                .containsExactly(
                        Mount.bind(
                                        bed.paths
                                                .volume("uid-1", EmptyDirPlugin.NAME, "data")
                                                .toString(),
                                        "/data")
                                .selinuxRelabel(true)
                                .propagation(MountPropagation.HOST_TO_CONTAINER)
                                .build(),
                        Mount.bind(
                                        bed.paths
                                                .volume("uid-1", ConfigMapPlugin.NAME, "conf")
                                                .toString(),
                                        "/etc/conf")
                                .readonly(true)
                                .selinuxRelabel(true)
                                .build(),
                        Mount.bind(temporary.toString(), "/host")
                                .readonly(true)
                                .recursiveReadOnly(true)
                                .build());
    }

    @Test
    void anImageIsLeftToTheRuntime() throws Exception {
        Volume image =
                new VolumeBuilder()
                        .withName("model")
                        .withNewImage(null, "example.com/model:1")
                        .build();
        Pod pod = pod(List.of(at("model").withSubPath("weights").build()), image);
        ImageSpec pulled = ImageSpec.of("sha256:abc");
        List<Mount> made =
                prepareAndMount(pod, new ContainerMounts.Settings(true, Map.of("model", pulled)));
        assertThat(made)
                .containsExactly(
                        Mount.builder("/model")
                                .image(pulled)
                                .imageSubPath("weights")
                                .readonly(true)
                                .selinuxRelabel(true)
                                .build());
        assertThatThrownBy(() -> mounts(pod, PLAIN))
                .hasMessage("cannot find volume \"model\" to mount into container \"c\"");
    }

    @Test
    void aVolumeThatIsNotReadyIsNamed() {
        Pod pod = pod(List.of(at("data").build()), emptyDir("data"));
        assertThatThrownBy(() -> mounts(pod, PLAIN))
                .isInstanceOf(VolumeException.class)
                .hasMessage("cannot find volume \"data\" to mount into container \"c\"");
    }

    @Test
    void aMissingSubPathIsMadeWithTheVolumesModeAndGroup() throws Exception {
        Pod pod =
                new PodBuilder(
                                pod(
                                        List.of(at("data").withSubPath("a/b").build()),
                                        emptyDir("data")))
                        .editSpec()
                        .withNewSecurityContext()
                        .withFsGroup(4321L)
                        .endSecurityContext()
                        .endSpec()
                        .build();
        Path target = Path.of(prepareAndMount(pod, PLAIN).getFirst().hostPath());
        assertThat(target).isEqualTo(bed.root.resolve("pods/uid-1/volume-subpaths/data/c/0"));
        assertThat(bed.mounts.isMountPoint(target)).isTrue();
        Path source = bed.paths.volume("uid-1", EmptyDirPlugin.NAME, "data").resolve("a/b");
        assertThat(mode(source)).isEqualTo(02777);
        assertThat(gid(source)).isEqualTo(4321);
        Files.writeString(target.resolve("f"), "seen on both sides");
        assertThat(source.resolve("f")).hasContent("seen on both sides");
        int mountId = bed.mountAt(target).id();
        mounts(pod, PLAIN);
        assertThat(bed.mountAt(target).id()).as("bound once").isEqualTo(mountId);
    }

    @Test
    void aFileOfAConfigMapCanBeMountedAloneAndIsRenewedWithTheContainer() throws Exception {
        Pod pod = pod(List.of(at("conf").withSubPath("a").build()), configMap());
        Path target = Path.of(prepareAndMount(pod, PLAIN).getFirst().hostPath());
        assertThat(target).hasContent("1");
        bed.objects.putConfigMap("shop", "conf", Map.of("a", "new"));
        volumes.refresh(desired(pod));
        assertThat(target).as("sub paths do not follow").hasContent("1");
        mounts(pod, PLAIN);
        assertThat(target).as("but the next container gets it").hasContent("new");
    }

    @Test
    void linksThatLeadOutOfTheVolumeAreRefusedWithoutTellingAboutTheHost() throws Exception {
        Path host = Files.createDirectory(temporary.resolve("host"));
        Files.writeString(host.resolve("secret"), "host");
        Pod pod = pod(List.of(at("data").withSubPath("out/secret").build()), emptyDir("data"));
        volumes.prepare(desired(pod));
        Path volume = bed.paths.volume("uid-1", EmptyDirPlugin.NAME, "data");
        for (Path target : List.of(host, volume.relativize(host), Path.of("/etc"))) {
            Files.deleteIfExists(volume.resolve("out"));
            Files.createSymbolicLink(volume.resolve("out"), target);
            assertThatThrownBy(() -> mounts(pod, PLAIN))
                    .isInstanceOf(VolumeException.class)
                    .hasMessageMatching(
                            "failed to (prepare subPath|create subPath directory) for volumeMount"
                                    + " \"data\" of container \"c\"");
        }
        assertThat(bed.mounts.table().beneath(bed.root)).isEmpty();
        Files.delete(volume.resolve("out"));
        Files.createDirectory(volume.resolve("in"));
        Files.writeString(volume.resolve("in/secret"), "pod");
        Files.createSymbolicLink(volume.resolve("out"), Path.of("in"));
        assertThat(Path.of(mounts(pod, PLAIN).getFirst().hostPath())).hasContent("pod");
    }

    @Test
    void noRaceOfTheContainerGetsAHostFolderMounted() throws Exception {
        Path host = Files.createDirectory(temporary.resolve("host"));
        Files.writeString(host.resolve("secret"), "host");
        Pod pod = pod(List.of(at("data").withSubPath("sub/deep").build()), emptyDir("data"));
        volumes.prepare(desired(pod));
        Path volume = bed.paths.volume("uid-1", EmptyDirPlugin.NAME, "data");
        Files.createDirectories(volume.resolve("real/deep"));
        Files.createDirectories(host.resolve("deep"));
        Files.createSymbolicLink(volume.resolve("evil"), host);
        AtomicBoolean stop = new AtomicBoolean();
        Thread attacker = Thread.ofPlatform().start(() -> swap(volume, stop));
        int bound = 0;
        int refused = 0;
        try {
            Path target = bed.paths.subPath("uid-1", "data", "c", 0);
            for (int i = 0; i < 300; i++) {
                try {
                    mounts(pod, PLAIN);
                    bound++;
                    assertThat(bed.files.status(target).inode())
                            .as("mounted is the pod's own folder")
                            .isNotEqualTo(bed.files.status(host.resolve("deep")).inode());
                    bed.subPaths.unbind(target);
                } catch (VolumeException e) {
                    refused++;
                }
            }
        } finally {
            stop.set(true);
            attacker.join();
        }
        assertThat(bound + refused).isEqualTo(300);
        assertThat(host.resolve("deep")).isEmptyDirectory();
    }

    /** Puts the folder and the link to the host in turn where the kubelet looks. */
    private static void swap(Path volume, AtomicBoolean stop) {
        Path sub = volume.resolve("sub");
        try {
            while (!stop.get()) {
                for (String name : List.of("real", "evil")) {
                    Path place = volume.resolve(name);
                    // A folder the kubelet made in the gap is in the way; the attacker removes it.
                    try {
                        Files.move(place, sub, StandardCopyOption.ATOMIC_MOVE);
                        Files.move(sub, place, StandardCopyOption.ATOMIC_MOVE);
                    } catch (IOException e) {
                        Files.deleteIfExists(sub.resolve("deep"));
                        Files.deleteIfExists(sub);
                    }
                }
            }
        } catch (IOException e) {
            // The kubelet is just making the folder again; the test has enough tries behind it.
            stop.set(true);
        }
    }

    @Test
    void devicesNeedAnAbsolutePathAndABlockVolume() throws Exception {
        Pod pod =
                Pods.of(
                        List.of(
                                new ContainerBuilder()
                                        .withName("c")
                                        .addNewVolumeDevice("/dev/x", "data")
                                        .build()),
                        emptyDir("data"));
        volumes.prepare(desired(pod));
        PodContainer container = PodContainer.regular(pod).getFirst();
        assertThatThrownBy(() -> mounts.devices(desired(pod), container))
                .hasMessage("cannot find volume \"data\" to pass into container \"c\"");
        Pod relative =
                Pods.of(
                        List.of(
                                new ContainerBuilder()
                                        .withName("c")
                                        .addNewVolumeDevice("dev/x", "data")
                                        .build()));
        assertThatThrownBy(() ->
                        mounts.devices(
                                desired(relative), PodContainer.regular(relative).getFirst()))
                .hasMessage("error DevicePath `dev/x` must be an absolute path");
        List<Device> none =
                mounts.devices(
                        desired(pod),
                        PodContainer.regular(Pods.of(List.of(Pods.container("d")))).getFirst());
        assertThat(none).isEmpty();
    }
}
