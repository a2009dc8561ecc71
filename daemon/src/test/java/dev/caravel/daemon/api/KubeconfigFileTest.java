package dev.caravel.daemon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.daemon.cert.BootstrapKubeconfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeconfigFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Kubeconfig read(String text) throws IOException {
        Path file = folder.resolve("kubeconfig");
        Files.writeString(file, text);
        return KubeconfigFile.read(file);
    }

    private static String config(String cluster, String user) {
        return """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts:
        - {name: other, context: {cluster: xx, user: yy}}
        - name: c
          context: {cluster: k, user: u, namespace: default}
        clusters:
        - name: k
          cluster: {server: "https://10.77.0.1:6443/", %s}
        users:
        - name: u
          user: {%s}
        """
                .formatted(cluster, user);
    }

    @Test
    void readsTheCurrentContext() throws Exception {
        Kubeconfig config =
                read(
                        config(
                                "certificate-authority-data: Y2E=, tls-server-name: kube",
                                "client-certificate: pki/me.pem, client-key: /abs/me.key"));
        assertThat(config.server()).isEqualTo(URI.create("https://10.77.0.1:6443"));
        assertThat(config.authority()).contains(new PemSource.Inline("ca"));
        assertThat(config.tlsServerName()).isEqualTo("kube");
        assertThat(config.certificate())
                .contains(
                        new Kubeconfig.ClientCertificate(
                                new PemSource.File(folder.resolve("pki/me.pem")),
                                new PemSource.File(Path.of("/abs/me.key"))));
        assertThat(config.token()).isEqualTo(new Kubeconfig.Token.None());
        assertThat(config.toString()).doesNotContain("ca\"");
    }

    @Test
    void readsEveryKindOfToken() throws Exception {
        assertThat(read(config("", "token: abc")).token())
                .isEqualTo(new Kubeconfig.Token.Inline("abc"));
        assertThat(read(config("", "token: abc, tokenFile: t")).token())
                .isEqualTo(new Kubeconfig.Token.File(folder.resolve("t")));
        assertThat(read(config("", "username: a, password: b")).token())
                .isEqualTo(new Kubeconfig.Token.Basic("a", "b"));
        assertThat(
                        read(config(
                                        "",
                                        "exec: {apiVersion: client.authentication.k8s.io/v1,"
                                                + " command: ./p, args: [a, b], env: [{name: X,"
                                                + " value: z1}], provideClusterInfo: true,"
                                                + " interactiveMode: Never}"))
                                .token())
                .isEqualTo(
                        new Kubeconfig.Token.Exec(
                                "client.authentication.k8s.io/v1",
                                folder.resolve("./p").toString(),
                                List.of("a", "b"),
                                Map.of("X", "z1"),
                                true));
        assertThat(read(config("", "token: abc")).toString()).doesNotContain("abc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    current-context: c     | current-context: d      | there is no context named 'd'
                    current-context: c     | x: y                    | current-context is not set
                    cluster: k, user: u    | cluster: z, user: u     | there is no cluster named 'z'
                    cluster: k, user: u    | cluster: k, user: z     | there is no user named 'z'
                    https://10.77.0.1:6443/| http://%zz              | server 'http://%zz' is no URL
                    https://10.77.0.1:6443/| ''                      | names no host
                    clusters:              | clusters: ]             | kubeconfig:
                    """)
    void saysWhatIsWrong(String part, String replacement, String message) {
        assertThatThrownBy(() ->
                        read(config("", "token: abc").replace(part, replacement.replace("''", ""))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsTheKubeletConfItsBootstrapWrites() throws Exception {
        Path file = folder.resolve("kubelet.conf");
        Path pem = Path.of("/var/lib/kubelet/pki/kubelet-client-current.pem");
        new BootstrapKubeconfig("https://10.77.0.1:6443", false, Optional.empty(), "ca", pem)
                .write(file);
        Kubeconfig config = KubeconfigFile.read(file);
        assertThat(config.server()).isEqualTo(URI.create("https://10.77.0.1:6443"));
        assertThat(config.authority()).contains(new PemSource.Inline("ca"));
        assertThat(config.certificate())
                .contains(
                        new Kubeconfig.ClientCertificate(
                                new PemSource.File(pem), new PemSource.File(pem)));
        assertThat(config.anonymous().certificate()).isEmpty();
    }

    @Test
    void findsItsWayInsideAPod() throws Exception {
        Kubeconfig config =
                KubeconfigFile.inCluster(
                        Map.of(
                                "KUBERNETES_SERVICE_HOST",
                                "fd00::1",
                                "KUBERNETES_SERVICE_PORT",
                                "443"));
        assertThat(config.server()).isEqualTo(URI.create("https://[fd00::1]:443"));
        assertThatThrownBy(() -> KubeconfigFile.inCluster(Map.of()))
                .hasMessageContaining("KUBERNETES_SERVICE_HOST");
    }
}
