package dev.caravel.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContainerHashTest {

    @Test
    void equalsWhatTheGoKubeletWritesForTheSameContainer() {
        assertThat(ContainerHash.of("test_container", "foo/image:v1")).isEqualTo("8e45cbd0");
    }

    @Test
    void changesWithTheImage() {
        assertThat(ContainerHash.of("web", "nginx:1"))
                .isNotEqualTo(ContainerHash.of("web", "nginx:2"));
    }
}
