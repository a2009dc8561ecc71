package dev.caravel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaravelMainTest {

    // cgroup v1 hosts would add a complaint of their own.
    private static final String KUBELET =
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailCgroupV1: false\n";
    private static final String PROXY =
            "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

    @TempDir Path dir;

    private record Ran(int code, String out, String err) {}

    @Test
    void aGoodFileIsShownWithThePlaceOfEachValue() throws IOException {
        Ran ran =
                caravel(
                        "config",
                        "check",
                        file(KUBELET + "maxPods: 20\nfooBar: 1\nclusterDNS: [1.1.1.1]\n"),
                        "--oom-score-adj=-500");
        assertThat(ran.code).isZero();
        assertThat(ran.out)
                .contains("\nmaxPods: 20  # " + dir.resolve("config.yaml") + ":4:10\n")
                .contains(
                        "\nclusterDNS:\n- \"1.1.1.1\"  # " + dir.resolve("config.yaml") + ":6:14\n")
                .contains("\noomScoreAdj: -500  # flag --oom-score-adj\n")
                .contains("\nhealthzPort: 10248\n")
                .doesNotContain("fooBar");
        assertThat(ran.err)
                .contains("warning: ")
                .contains("fooBar is not a known field")
                .endsWith("no errors, 2 warnings\n");
    }

    @Test
    void aBadFileIsShownWithEveryErrorAndExitCodeOne() throws IOException {
        Ran ran = caravel("config", "check", file(KUBELET + "maxPods: -1\nport: 0x1ffff\n"));
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.out).contains("maxPods: -1  # ");
        assertThat(ran.err)
                .contains("config.yaml:4:10: maxPods: -1 must be 0 or greater")
                .contains("config.yaml:5:7: port: 131071")
                .endsWith("2 errors, no warnings\n");
    }

    @Test
    void aFileThatCannotBeReadShowsOnlyErrors() throws IOException {
        Ran ran = caravel("config", "check", file(KUBELET + "maxPods: many\n"));
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.out).isEmpty();
        assertThat(ran.err)
                .contains("maxPods: \"many\" must be a whole number")
                .endsWith("1 error, no warnings\n");
    }

    @Test
    void dropInsAreMerged() throws IOException {
        Files.createDirectory(dir.resolve("d"));
        Files.writeString(dir.resolve("d/10.conf"), KUBELET + "maxPods: 30\n");
        Ran ran =
                caravel(
                        "config",
                        "check",
                        file(KUBELET + "maxPods: 20\n"),
                        "--config-dir",
                        dir.resolve("d").toString());
        assertThat(ran.code).isZero();
        assertThat(ran.out).contains("maxPods: 30  # " + dir.resolve("d/10.conf") + ":4:10\n");
    }

    @Test
    void headersAreMasked() throws IOException {
        String yaml = KUBELET + "staticPodURLHeader: {Authorization: [secret]}\n";
        Ran ran = caravel("config", "check", file(yaml));
        assertThat(ran.out).contains("<masked>").doesNotContain("secret");
    }

    @Test
    void aProxyFileIsToldByItsKind() throws IOException {
        Ran ran = caravel("config", "check", file(PROXY + "mode: nftables\n"));
        assertThat(ran.code).isZero();
        assertThat(ran.out)
                .contains("mode: nftables  # " + dir.resolve("config.yaml") + ":3:7\n")
                .contains("nodePortAddresses:\n- primary\n");
        assertThat(caravel("config", "check", file(PROXY + "mode: userspace\n")).code).isEqualTo(1);
    }

    @Test
    void aMissingFileIsAnError() {
        Ran ran = caravel("config", "check", dir.resolve("nowhere").toString());
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.err).contains("nowhere: does not exist");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2",
        "--help, 0",
        "-h, 0",
        "nonsense, 2",
        "config, 2",
        "config check, 2",
        "config check --max-pods=1, 2",
        "config check --help, 0"
    })
    void whoAsksWronglyOrForHelpIsTold(String line, int code) {
        Ran ran = line.isEmpty() ? caravel() : caravel(line.split(" ", -1));
        assertThat(ran.code).isEqualTo(code);
        assertThat(ran.out + ran.err).contains("config check");
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(dir.resolve("config.yaml"), yaml).toString();
    }

    private static Ran caravel(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        int code = CaravelMain.run(List.of(args), terminal);
        return new Ran(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
