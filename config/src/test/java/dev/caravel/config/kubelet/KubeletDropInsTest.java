package dev.caravel.config.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.Complaint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeletDropInsTest {

    private static final HostFacts HOST = new HostFacts(false);
    private static final String HEAD =
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

    @TempDir Path dir;

    @Test
    void dropInsAreMergedInOrderOfTheirNames() throws IOException {
        dropIn(
                "20.conf",
                "maxPods: 30\nclusterDNS: [2.2.2.2]\nevictionHard: {memory.available: 1Gi}");
        dropIn("10.conf", "maxPods: 20\npodsPerCore: 2\nclusterDNS: [1.1.1.1]\nfailSwapOn: null");
        dropIn("15/a.conf", "maxPods: 25\npodsPerCore: 3");
        dropIn("99.yaml", "maxPods: 99");
        KubeletConfiguration config =
                loaded(
                                "--config",
                                main("maxPods: 10\nfailSwapOn: false"),
                                "--config-dir",
                                dropIns())
                        .config();
        assertThat(config.maxPods()).isEqualTo(30);
        assertThat(config.podsPerCore()).isEqualTo(3);
        assertThat(config.clusterDNS()).containsExactly("2.2.2.2");
        assertThat(config.failSwapOn()).isTrue();
        assertThat(config.evictionHard())
                .containsEntry("memory.available", "1Gi")
                .containsEntry("nodefs.available", "10%")
                .hasSize(5);
    }

    @Test
    void flagsWinOverDropIns() throws IOException {
        dropIn("a.conf", "maxPods: 20");
        assertThat(
                        loaded("--config", main(""), "--config-dir", dropIns(), "--max-pods=30")
                                .config()
                                .maxPods())
                .isEqualTo(30);
    }

    @Test
    void dropInsWorkWithoutAFile() throws IOException {
        dropIn("a.conf", "maxPods: 20");
        KubeletConfiguration config = loaded("--config-dir", dropIns()).config();
        assertThat(config.maxPods()).isEqualTo(20);
        assertThat(config.readOnlyPort()).isEqualTo(10255);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    maxPods: 1\\nmaxPods: 2 | a.conf:4:1: maxPods is written a second time
                    maxPods: many           | a.conf:3:10: maxPods: "many" must be a whole number
                    """)
    void aFaultyDropInIsRejected(String yaml, String complaint) throws IOException {
        dropIn("a.conf", yaml.replace("\\n", "\n"));
        assertThat(rejected("--config", main(""), "--config-dir", dropIns()))
                .singleElement()
                .asString()
                .contains(complaint);
    }

    @Test
    void aDropInMustSayWhatItIs() throws IOException {
        Files.createDirectories(dir.resolve("d"));
        Files.writeString(dir.resolve("d/a.conf"), "maxPods: 1\n");
        assertThat(rejected("--config", main(""), "--config-dir", dropIns()))
                .containsExactly(
                        dir.resolve("d/a.conf")
                                + ":1:1: apiVersion: null must be kubelet.config.k8s.io/v1beta1",
                        dir.resolve("d/a.conf") + ":1:1: kind: null must be KubeletConfiguration");
    }

    @Test
    void anUnknownFieldOfADropInIsAWarningAsWithUpstream() throws IOException {
        dropIn("a.conf", "fooBar: 1\nmaxPods: 20");
        KubeletSettings.Loaded settings = loaded("--config", main(""), "--config-dir", dropIns());
        assertThat(settings.config().maxPods()).isEqualTo(20);
        assertThat(settings.warnings())
                .singleElement()
                .asString()
                .contains("fooBar is not a known field");
    }

    @Test
    void aMissingFolderOfDropInsIsRejected() throws IOException {
        assertThat(
                        rejected(
                                "--config",
                                main(""),
                                "--config-dir",
                                dir.resolve("nowhere").toString()))
                .singleElement()
                .asString()
                .contains("nowhere: cannot be read");
    }

    private String main(String yaml) throws IOException {
        Files.writeString(dir.resolve("config.yaml"), HEAD + yaml + "\n");
        return file();
    }

    private String file() {
        return dir.resolve("config.yaml").toString();
    }

    private void dropIn(String name, String yaml) throws IOException {
        Path path = dir.resolve("d").resolve(name);
        Files.createDirectories(Optional.ofNullable(path.getParent()).orElseThrow());
        Files.writeString(path, HEAD + yaml + "\n");
    }

    private String dropIns() {
        return dir.resolve("d").toString();
    }

    private static KubeletSettings.Loaded loaded(String... args) {
        KubeletSettings settings = KubeletSettings.load(HOST, args);
        assertThat(settings).isInstanceOf(KubeletSettings.Loaded.class);
        return (KubeletSettings.Loaded) settings;
    }

    private static List<String> rejected(String... args) {
        KubeletSettings settings = KubeletSettings.load(HOST, args);
        assertThat(settings).isInstanceOf(KubeletSettings.Rejected.class);
        return new ArrayList<>(
                ((KubeletSettings.Rejected) settings)
                        .complaints().stream().map(Complaint::toString).toList());
    }
}
