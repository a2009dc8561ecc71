package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.cri.MountPropagation;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MountRulesTest {
    private static VolumeMount mount(
            @Nullable Boolean readOnly, @Nullable String recursive, @Nullable String propagation) {
        return new VolumeMountBuilder()
                .withName("v")
                .withMountPath("/v")
                .withReadOnly(readOnly)
                .withRecursiveReadOnly(recursive)
                .withMountPropagation(propagation)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        ", PRIVATE",
        "None, PRIVATE",
        "HostToContainer, HOST_TO_CONTAINER",
        "Bidirectional, BIDIRECTIONAL"
    })
    void propagationIsTheRuntimesWord(String mode, MountPropagation expected) throws Exception {
        assertThat(MountRules.propagation(mount(null, null, mode))).isEqualTo(expected);
    }

    @Test
    void anUnknownPropagationIsRefused() {
        assertThatThrownBy(() -> MountRules.propagation(mount(null, null, "Sideways")))
                .hasMessage("invalid MountPropagation mode: \"Sideways\"");
    }

    @ParameterizedTest(name = "{0} on a mount read-only {1}, {2}, supported {3}: {4}")
    @CsvSource(
            textBlock =
                    """
                    ,           false, ,                true,  false
                    Disabled,   true,  ,                true,  false
                    IfPossible, true,  ,                true,  true
                    IfPossible, true,  None,            false, false
                    Enabled,    true,  ,                true,  true
                    Enabled,    true,  ,                false, it is not supported by the runtime
                    Enabled,    false, ,                true,  it is not read-only
                    IfPossible, ,      ,                true,  it is not read-only
                    Enabled,    true,  HostToContainer, true,  'it is not compatible with propagation "HostToContainer"'
                    Sometimes,  true,  ,                true,  'unknown recursive read-only mode "Sometimes"'
                    """)
    void recursiveReadOnlyNeedsAReadOnlyPrivateMount(
            String mode, Boolean readOnly, String propagation, boolean supported, String expected)
            throws Exception {
        VolumeMount mount = mount(readOnly, mode, propagation);
        if (expected.equals("true") || expected.equals("false")) {
            assertThat(MountRules.recursiveReadOnly(mount, supported))
                    .isEqualTo(Boolean.parseBoolean(expected));
        } else {
            assertThatThrownBy(() -> MountRules.recursiveReadOnly(mount, supported))
                    .isInstanceOf(VolumeException.class)
                    .hasMessageStartingWith("failed to resolve recursive read-only mode: ")
                    .hasMessageEndingWith(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    ,        ''
                    '',      ''
                    .,       ''
                    a//b/./, a/b
                    a/..b,   a/..b
                    """)
    void subPathsAreCleaned(String subPath, String clean) throws Exception {
        assertThat(MountRules.checkedSubPath(subPath)).isEqualTo(clean);
    }

    @Test
    void subPathsThatLeadOutAreRefused() {
        assertThatThrownBy(() -> MountRules.checkedSubPath("/etc"))
                .hasMessage("error SubPath `/etc` must not be an absolute path");
        assertThatThrownBy(() -> MountRules.checkedSubPath("a/../../etc"))
                .hasMessage("unable to provision SubPath `a/../../etc`: must not contain '..'");
    }

    @Test
    void containerPathsAreAbsolute() {
        assertThat(MountRules.containerPath(mount(null, null, null))).isEqualTo("/v");
        assertThat(
                        MountRules.containerPath(
                                new VolumeMountBuilder().withMountPath("data/x").build()))
                .isEqualTo("/data/x");
    }
}
