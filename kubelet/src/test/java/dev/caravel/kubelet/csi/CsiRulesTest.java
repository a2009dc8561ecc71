package dev.caravel.kubelet.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.csi.AccessMode;
import dev.caravel.csi.NodeCapability;
import dev.caravel.kubelet.volume.Pods;
import io.fabric8.kubernetes.api.model.storage.CSIDriverBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsiRulesTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',               SINGLE_NODE_WRITER,     SINGLE_NODE_MULTI_WRITER
                    ReadWriteOnce,    SINGLE_NODE_WRITER,     SINGLE_NODE_MULTI_WRITER
                    ReadWriteOncePod, SINGLE_NODE_WRITER,     SINGLE_NODE_SINGLE_WRITER
                    ReadOnlyMany,     MULTI_NODE_READER_ONLY, MULTI_NODE_READER_ONLY
                    ReadWriteMany,    MULTI_NODE_MULTI_WRITER, MULTI_NODE_MULTI_WRITER
                    """)
    void accessModesDependOnWhatTheDriverKnows(
            String mode, AccessMode plain, AccessMode withMultiWriter) {
        List<String> modes = mode.isEmpty() ? List.of() : List.of(mode, "ReadWriteMany");
        assertThat(CsiRules.accessMode(modes, Set.of())).isEqualTo(plain);
        assertThat(CsiRules.accessMode(modes, Set.of(NodeCapability.SINGLE_NODE_MULTI_WRITER)))
                .isEqualTo(withMultiWriter);
    }

    private static CsiVolume volume(
            boolean ephemeral, boolean readOnly, String fsType, String... modes) {
        return new CsiVolume(
                "pv-1",
                "disk.example.com",
                "vol",
                ephemeral,
                readOnly,
                false,
                fsType,
                Map.of(),
                List.of(),
                List.of(modes),
                Optional.empty(),
                Optional.empty());
    }

    private static CsiDriverSpec spec(String groupPolicy, String... modes) {
        return CsiDriverSpec.of(
                new CSIDriverBuilder()
                        .withNewSpec()
                        .withFsGroupPolicy(groupPolicy)
                        .withVolumeLifecycleModes(modes)
                        .endSpec()
                        .build());
    }

    @ParameterizedTest(name = "{0}: {1} inline {2}, read-only {3}, {4}, {5}")
    @CsvSource(
            textBlock =
                    """
                    false, None,                    false, false, ext4, ReadWriteOnce
                    true,  File,                    false, false, '',   ReadWriteMany
                    false, File,                    false, true,  ext4, ReadWriteOnce
                    true,  ReadWriteOnceWithFSType, false, false, ext4, ReadWriteOnce
                    true,  ReadWriteOnceWithFSType, false, false, ext4, ReadWriteOncePod
                    false, ReadWriteOnceWithFSType, false, false, '',   ReadWriteOnce
                    false, ReadWriteOnceWithFSType, false, false, ext4, ReadWriteMany
                    true,  ReadWriteOnceWithFSType, true,  false, ext4, ''
                    false, ReadWriteOnceWithFSType, true,  false, '',   ''
                    """)
    void thePolicyDecidesWhoGivesFilesToTheGroup(
            boolean expected,
            String policy,
            boolean ephemeral,
            boolean readOnly,
            String fsType,
            String mode) {
        assertThat(CsiRules.ownsFiles(volume(ephemeral, readOnly, fsType, mode), spec(policy)))
                .isEqualTo(expected);
    }

    @Test
    void aDriverTakesOnlyTheKindsOfVolumeItNames() throws Exception {
        CsiVolume inline = volume(true, false, "");
        CsiVolume persistent = volume(false, false, "");
        CsiRules.requireLifecycle(persistent, CsiDriverSpec.UNKNOWN, false);
        CsiRules.requireLifecycle(inline, spec("File", "Ephemeral"), true);
        assertThatThrownBy(() -> CsiRules.requireLifecycle(inline, CsiDriverSpec.UNKNOWN, false))
                .hasMessage(
                        "volume mode \"Ephemeral\" not supported by driver disk.example.com (no"
                                + " CSIDriver object)");
        assertThatThrownBy(() ->
                        CsiRules.requireLifecycle(persistent, spec("File", "Ephemeral"), true))
                .hasMessage(
                        "volume mode \"Persistent\" not supported by driver disk.example.com (only"
                                + " supports [Ephemeral])");
    }

    @Test
    void whatTheApiLeavesOutHasItsDefaults() {
        CsiDriverSpec plain =
                CsiDriverSpec.of(new CSIDriverBuilder().withNewSpec().endSpec().build());
        assertThat(plain).isEqualTo(CsiDriverSpec.UNKNOWN);
        CsiDriverSpec full =
                CsiDriverSpec.of(
                        new CSIDriverBuilder()
                                .withNewSpec()
                                .withAttachRequired(false)
                                .withPodInfoOnMount(true)
                                .withRequiresRepublish(true)
                                .withServiceAccountTokenInSecrets(true)
                                .withNodeAllocatableUpdatePeriodSeconds(30L)
                                .addNewTokenRequest()
                                .withAudience("vault")
                                .endTokenRequest()
                                .endSpec()
                                .build());
        assertThat(full.attachRequired()).isFalse();
        assertThat(full.podInfo()).isTrue();
        assertThat(full.requiresRepublish()).isTrue();
        assertThat(full.tokensInSecrets()).isTrue();
        assertThat(full.allocatableUpdate()).hasValue(Duration.ofSeconds(30));
        assertThat(full.tokens())
                .containsExactly(new CsiDriverSpec.TokenWish("vault", Duration.ofHours(1)));
    }

    @Test
    void podInfoIsWhatDriversKnow() {
        assertThat(CsiRules.podInfo(Pods.of(List.of()), true))
                .isEqualTo(
                        Map.of(
                                "csi.storage.k8s.io/pod.name", "cart",
                                "csi.storage.k8s.io/pod.namespace", "shop",
                                "csi.storage.k8s.io/pod.uid", "uid-1",
                                "csi.storage.k8s.io/serviceAccount.name", "default",
                                "csi.storage.k8s.io/ephemeral", "true"));
    }

    @Test
    void namesAreThoseTheControllersCompute() {
        // printf 'voldriver.example.comnode' | sha256sum
        assertThat(CsiNames.attachment("vol", "driver.example.com", "node"))
                .isEqualTo("csi-" + sha("voldriver.example.comnode"));
        assertThat(CsiNames.ephemeralHandle("uid", "v")).isEqualTo("csi-" + sha("uidv"));
        assertThat(CsiNames.uniqueName("d", "h")).isEqualTo("kubernetes.io/csi/d^h");
        assertThat(CsiNames.staging(Path.of("/k"), "d", "abc"))
                .hasToString(
                        "/k/plugins/kubernetes.io/csi/d/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/globalmount");
    }

    private static String sha(String text) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256")
                                    .digest(
                                            text.getBytes(
                                                    java.nio.charset.StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
                    1.0.0 1.2.0, 1.2.0
                    v1.5.0,      1.5.0
                    1.10 1.9.9,  1.10.0
                    0.3.0 1.0.0, 1.0.0
                    0.3.0,       -
                    2.0.0,       -
                    nonsense 1,  -
                    """)
    void theHighestVersionOfOneCounts(String versions, String expected) {
        assertThat(
                        CsiVersions.highestSupported(List.of(versions.split(" ", -1)))
                                .map(v -> v.major() + "." + v.minor() + "." + v.patch()))
                .isEqualTo(Optional.ofNullable(expected));
    }
}
