package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumePathsTest {
    private final VolumePaths paths = new VolumePaths(Path.of("/var/lib/kubelet"));

    @Test
    void followsTheLayoutOfTheGoKubelet() {
        assertThat(paths.volume("u1", "kubernetes.io/empty-dir", "cache"))
                .hasToString("/var/lib/kubelet/pods/u1/volumes/kubernetes.io~empty-dir/cache");
        assertThat(paths.device("u1", "kubernetes.io/local-volume", "pv1"))
                .hasToString(
                        "/var/lib/kubelet/pods/u1/volumeDevices/kubernetes.io~local-volume/pv1");
        assertThat(paths.podPlugin("u1", "kubernetes.io/empty-dir", "cache"))
                .hasToString("/var/lib/kubelet/pods/u1/plugins/kubernetes.io~empty-dir/cache");
        assertThat(paths.subPath("u1", "data", "web", 3))
                .hasToString("/var/lib/kubelet/pods/u1/volume-subpaths/data/web/3");
        assertThat(paths.plugin("kubernetes.io/csi"))
                .hasToString("/var/lib/kubelet/plugins/kubernetes.io/csi");
        assertThat(VolumePaths.unescaped("kubernetes.io~csi")).isEqualTo("kubernetes.io/csi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "a\0b"})
    void refusesNamesThatLeadElsewhere(String name) {
        assertThatThrownBy(() -> paths.pod(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> paths.volume("u", "p", name))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> paths.subPath("u", "v", name, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
