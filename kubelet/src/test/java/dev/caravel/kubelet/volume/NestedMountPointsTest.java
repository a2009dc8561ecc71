package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NestedMountPointsTest {
    @Test
    void namesTheOutermostMountPointsInsideTheVolume() throws Exception {
        var pod =
                Pods.of(
                        List.of(
                                Pods.container(
                                        "c",
                                        "conf:/dir",
                                        "a:/dir/nested",
                                        "b:/dir/nested/double",
                                        "c:/dir/nested-vol",
                                        "d:/dir/nested.vol",
                                        "e:/dir/nested2/",
                                        "f:/dirt/x",
                                        "g:/other")));
        assertThat(NestedMountPoints.within("conf", pod))
                .containsExactlyInAnyOrder("nested", "nested-vol", "nested.vol", "nested2");
    }

    @Test
    void looksAtEveryContainerAndEveryMountOfTheVolume() throws Exception {
        var pod =
                Pods.of(
                        List.of(
                                Pods.container("one", "conf:/a", "x:/a/deep/er", "conf:/b"),
                                Pods.container("two", "x:/b/y", "conf:/b")));
        assertThat(NestedMountPoints.within("conf", pod)).containsExactlyInAnyOrder("deep/er", "y");
    }

    @Test
    void aMountOverTheRootOfTheContainerCountsToo() throws Exception {
        var pod = Pods.of(List.of(Pods.container("one", "conf:/", "x:/data")));
        assertThat(NestedMountPoints.within("conf", pod)).containsExactly("data");
    }

    @Test
    void refusesAMountPathThatLeavesTheContainer() {
        var pod = Pods.of(List.of(Pods.container("one", "conf:../etc", "x:../etc/y")));
        assertThatThrownBy(() -> NestedMountPoints.within("conf", pod))
                .isInstanceOf(VolumeException.class)
                .hasMessage("invalid container mount point ../etc");
    }

    @Test
    void aBackStepInsideTheNestedPathCannotLeaveTheVolume() throws Exception {
        var pod = Pods.of(List.of(Pods.container("one", "conf:/dir", "x:/dir/../../etc")));
        assertThat(NestedMountPoints.within("conf", pod)).isEmpty();
    }
}
