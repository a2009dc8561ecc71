package dev.caravel.kubelet.volume.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.volume.VolumeException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PayloadTest {
    private static final ProjectedFile FILE = ProjectedFile.of("x", 0644);

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',             must not be empty
                    .,              must name a file
                    ./,             must name a file
                    /etc/passwd,    must be relative path
                    ..,             must not contain '..'
                    a/../b,         must not contain '..'
                    ../a,           must not contain '..'
                    ..data,         must not start with '..'
                    ..data/x,       must not start with '..'
                    ./..data,       must not start with '..'
                    ...,            must not start with '..'
                    """)
    void refusesPathsThatCouldLeaveTheVolumeOrTouchTheWritersOwnFiles(String path, String why) {
        assertThatThrownBy(() -> Payload.of(Map.of(path, FILE)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining(why);
    }

    @Test
    void refusesNamesTheKernelCannotStore() {
        assertThatThrownBy(() -> Payload.of(Map.of("a".repeat(256), FILE)))
                .hasMessageContaining("255");
        assertThatThrownBy(() -> Payload.of(Map.of("ü".repeat(128), FILE)))
                .hasMessageContaining("255");
        assertThatThrownBy(() -> Payload.of(Map.of("a/".repeat(2048) + "b", FILE)))
                .hasMessageContaining("4096");
        assertThatThrownBy(() -> Payload.of(Map.of("a\0b", FILE))).hasMessageContaining("NUL");
    }

    @Test
    void refusesAFileThatIsAlsoAFolder() {
        assertThatThrownBy(() -> Payload.of(Map.of("a", FILE, "a/b", FILE)))
                .hasMessage("invalid path: 'a' is a file and a folder");
    }

    @Test
    void cleansPathsAndKnowsFoldersAndTopNames() throws Exception {
        Payload payload =
                Payload.of(Map.of("a//b/./c", FILE, "a/d", FILE, "top", FILE, "x/..y", FILE));
        assertThat(payload.files()).containsOnlyKeys("a/b/c", "a/d", "top", "x/..y");
        assertThat(payload.folders()).containsExactly("a", "a/b", "x");
        assertThat(payload.topNames()).containsExactly("a", "top", "x");
    }
}
