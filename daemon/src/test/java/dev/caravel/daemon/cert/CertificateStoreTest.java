package dev.caravel.daemon.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.daemon.run.ManualTicks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateStoreTest {
    private final ManualTicks ticks = new ManualTicks();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private KeyMaterial first;

    @SuppressWarnings("NullAway.Init")
    private KeyMaterial second;

    @BeforeEach
    void issue() throws Exception {
        TestCa ca = new TestCa("ca");
        first = ca.client("CN=first");
        second = ca.client("CN=second");
    }

    private CertificateStore open() throws IOException {
        return CertificateStore.open(folder, "kubelet-client", ticks.clock());
    }

    @Test
    void linksToTheNewestPairAndKeepsThemPrivate() throws Exception {
        CertificateStore store = open();
        assertThat(store.current()).isEmpty();
        store.update(first);
        ticks.advance(Duration.ofSeconds(1));
        store.update(second);

        Path link = folder.resolve("kubelet-client-current.pem");
        assertThat(store.currentPath()).isEqualTo(link).isSymbolicLink();
        Path target = Files.readSymbolicLink(link);
        assertThat(target.isAbsolute()).isTrue();
        assertThat(target.getFileName().toString())
                .matches("kubelet-client-\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\d\\d\\.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(link))
                .startsWith("-----BEGIN CERTIFICATE-----\n")
                .contains("-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n");
        assertThat(open().current()).contains(second);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void finishesARotationThatWasInterrupted() throws Exception {
        open().update(first);
        Path current = folder.resolve("kubelet-client-current.pem");
        Files.move(current, folder.resolve("kubelet-client-updated.pem"));

        assertThat(open().current()).contains(first);
        assertThat(folder.resolve("kubelet-client-updated.pem")).doesNotExist();
    }

    @Test
    void replacesALeftOverLink() throws Exception {
        open().update(first);
        Files.createSymbolicLink(
                folder.resolve("kubelet-client-updated.pem"), folder.resolve("gone"));
        ticks.advance(Duration.ofSeconds(1));
        open().update(second);
        assertThat(open().current()).contains(second);
    }

    @Test
    void refusesToReplaceARealFile() throws Exception {
        Path current = Files.createFile(folder.resolve("kubelet-client-current.pem"));
        CertificateStore store = open();
        assertThat(store.current()).isEmpty();
        assertThatThrownBy(() -> store.update(first))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected " + current + " to be a symlink");
        Files.delete(current);
        Files.createFile(folder.resolve("kubelet-client-updated.pem"));
        assertThatThrownBy(this::open).hasMessageContaining("to be a symlink");
    }

    @Test
    void takesABrokenFileForNone() throws Exception {
        open().update(first);
        Files.writeString(Files.readSymbolicLink(open().currentPath()), "half a certif");
        assertThat(open().current()).isEmpty();
        Files.delete(Files.readSymbolicLink(open().currentPath()));
        assertThat(open().current()).isEmpty();
        open().update(second);
        assertThat(open().current()).contains(second);
    }

    @Test
    void fallsBackToASeparatePair() throws Exception {
        Files.write(folder.resolve("kubelet-client.crt"), Pem.encode(first.chain()));
        Files.write(folder.resolve("kubelet-client.key"), Pem.encode(first.key()));
        assertThat(open().current()).contains(first);
    }

    @Test
    void readsFilesAgainWhenTheyChangeAndKeepsTheOldOnesOtherwise() throws Exception {
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        assertThatThrownBy(() -> ServingCertificates.fromFiles(certificate, key, ticks))
                .isInstanceOf(IOException.class);
        Files.write(certificate, Pem.encode(first.chain()));
        Files.write(key, Pem.encode(first.key()));
        var serving = ServingCertificates.fromFiles(certificate, key, ticks);
        assertThat(serving.get()).contains(first);

        Files.write(certificate, Pem.encode(second.chain()));
        ticks.advance(Duration.ofSeconds(2));
        assertThat(serving.get()).as("key not yet replaced").contains(first);
        Files.write(key, Pem.encode(second.key()));
        assertThat(serving.get()).as("looked a moment ago").contains(first);
        ticks.advance(Duration.ofSeconds(2));
        assertThat(serving.get()).contains(second);
        Files.delete(key);
        ticks.advance(Duration.ofSeconds(2));
        assertThat(serving.get()).contains(second);
    }

    @Test
    void makesASelfSignedPairOnce() throws Exception {
        Path pki = folder.resolve("pki");
        Optional<KeyMaterial> made = ServingCertificates.selfSigned(pki, "n1", ticks).get();
        assertThat(made).isPresent();
        assertThat(ServingCertificates.selfSigned(pki, "n1", ticks).get()).isEqualTo(made);
        assertThat(Files.readString(pki.resolve("kubelet.crt")).split("BEGIN CERT")).hasSize(3);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(pki.resolve("kubelet.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void writesKubeletConfInUpstreamsForm() throws Exception {
        BootstrapKubeconfig config =
                new BootstrapKubeconfig(
                        "https://10.77.0.1:6443",
                        false,
                        Optional.empty(),
                        "ca",
                        Path.of("/var/lib/kubelet/pki/kubelet-client-current.pem"));
        Path file = folder.resolve("etc/kubelet.conf");
        config.write(file);
        assertThat(file)
                .hasContent(
                        """
                        apiVersion: v1
                        clusters:
                        - cluster:
                            certificate-authority-data: Y2E=
                            server: https://10.77.0.1:6443
                          name: default-cluster
                        contexts:
                        - context:
                            cluster: default-cluster
                            namespace: default
                            user: default-auth
                          name: default-context
                        current-context: default-context
                        kind: Config
                        users:
                        - name: default-auth
                          user:
                            client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
                            client-key: /var/lib/kubelet/pki/kubelet-client-current.pem
                        """);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        BootstrapKubeconfig odd =
                new BootstrapKubeconfig(
                        "https://h: #", true, Optional.of("/a \"b\""), "", Path.of("/p"));
        assertThat(odd.yaml())
                .contains("    certificate-authority: \"/a \\\"b\\\"\"\n")
                .contains("    insecure-skip-tls-verify: true\n    server: \"https://h: #\"\n");
    }
}
