package dev.caravel.kubelet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.agent.RootFolder.Step;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.MountTable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootFolderTest {

    private static final Path ROOT = Path.of("/var/lib/kubelet");

    private static MountEntry mount(String at, String... propagation) {
        return new MountEntry(
                at.hashCode(),
                0,
                8,
                1,
                "/",
                Path.of(at),
                List.of("rw"),
                List.of(propagation),
                "ext4",
                "/dev/sda1",
                List.of());
    }

    private static Step step(MountEntry... mounts) {
        return RootFolder.step(new MountTable(Arrays.asList(mounts)), ROOT);
    }

    @Test
    void aFolderOnASharedMountIsLeftAlone() {
        assertThat(step(mount("/", "shared:1"))).isEqualTo(Step.NOTHING);
        assertThat(step(mount("/"), mount("/var/lib/kubelet", "shared:7"))).isEqualTo(Step.NOTHING);
        assertThat(step(mount("/", "shared:1"), mount("/var/lib/kubelet/pods/u/volumes/x")))
                .isEqualTo(Step.NOTHING);
    }

    @Test
    void aFolderOnAPrivateMountIsBoundOntoItselfAndShared() {
        assertThat(step(mount("/"))).isEqualTo(Step.BIND_AND_SHARE);
        assertThat(step(mount("/", "master:1"), mount("/var/lib/kubelet-other")))
                .isEqualTo(Step.BIND_AND_SHARE);
    }

    @Test
    void aPrivateMountOfItsOwnIsShared() {
        assertThat(step(mount("/"), mount("/var/lib/kubelet"))).isEqualTo(Step.SHARE);
        assertThat(step(mount("/"), mount("/var/lib/kubelet"), mount("/var/lib/kubelet/pods/x")))
                .isEqualTo(Step.SHARE);
    }

    @Test
    void mountsBelowForbidToHideThem() {
        assertThat(step(mount("/"), mount("/var/lib/kubelet/pods/u/volumes/x")))
                .isEqualTo(Step.REFUSE);
    }
}
