package dev.caravel.kubelet.volume.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.projection.KeyedFiles.Selection;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KeyedFilesTest {
    private static final Optional<ConfigMap> MAP =
            Optional.of(
                    new ConfigMapBuilder()
                            .addToData("a", "text ü")
                            .addToBinaryData("b", "AAEC")
                            .build());
    private static final Optional<Secret> SECRET =
            Optional.of(new SecretBuilder().addToData("token", "aGk=").build());

    @Test
    void withoutItemsEveryKeyBecomesAFile() throws Exception {
        assertThat(KeyedFiles.of(MAP, "m", Selection.of(null, 0640, null)))
                .containsOnly(
                        java.util.Map.entry("a", ProjectedFile.of("text ü", 0640)),
                        java.util.Map.entry("b", ProjectedFile.of(new byte[] {0, 1, 2}, 0640)));
    }

    @Test
    void itemsChooseKeysPathsAndModes() throws Exception {
        var items =
                List.of(new KeyToPath("a", null, "x/y", null), new KeyToPath("b", 0400, "z", null));
        assertThat(KeyedFiles.of(MAP, "m", Selection.of(items, 0644, false)))
                .containsOnly(
                        java.util.Map.entry("x/y", ProjectedFile.of("text ü", 0644)),
                        java.util.Map.entry("z", ProjectedFile.of(new byte[] {0, 1, 2}, 0400)));
    }

    @Test
    void aMissingKeyOrObjectIsAnErrorUnlessOptional() throws Exception {
        var items = List.of(new KeyToPath("nope", null, "x", null));
        assertThatThrownBy(() -> KeyedFiles.of(MAP, "m", Selection.of(items, 0644, null)))
                .isInstanceOf(VolumeException.class)
                .hasMessage("configmap references non-existent config key: nope");
        assertThatThrownBy(
                        () -> KeyedFiles.of(Optional.empty(), "m", Selection.of(null, 0644, false)))
                .hasMessage("configmap \"m\" not found");
        assertThatThrownBy(() -> KeyedFiles.ofSecret(SECRET, "s", Selection.of(items, 0644, null)))
                .hasMessage("references non-existent secret key: nope");
        assertThatThrownBy(() ->
                        KeyedFiles.ofSecret(Optional.empty(), "s", Selection.of(null, 0644, null)))
                .hasMessage("secret \"s\" not found");
        assertThat(KeyedFiles.of(Optional.empty(), "m", Selection.of(items, 0644, true))).isEmpty();
        assertThat(KeyedFiles.ofSecret(SECRET, "s", Selection.of(items, 0644, true))).isEmpty();
    }

    @Test
    void secretsAreDecodedAndBadBase64IsNamed() throws Exception {
        assertThat(KeyedFiles.ofSecret(SECRET, "s", Selection.of(null, 0400, null)))
                .containsOnly(java.util.Map.entry("token", ProjectedFile.of("hi", 0400)));
        var bad = Optional.of(new SecretBuilder().addToData("k", "%%").build());
        assertThatThrownBy(() -> KeyedFiles.ofSecret(bad, "s", Selection.of(null, 0400, null)))
                .hasMessage("secret \"s\" key \"k\" is not valid base64");
    }

    @Test
    void aFilesTextNeverShowsItsContent() {
        assertThat(ProjectedFile.of("hunter2", 0600)).hasToString("7 bytes, mode 600");
    }
}
