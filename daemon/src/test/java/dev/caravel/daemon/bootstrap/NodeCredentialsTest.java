package dev.caravel.daemon.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiMetrics;
import dev.caravel.daemon.api.ApiSettings;
import dev.caravel.daemon.api.FakeApiServer;
import dev.caravel.daemon.api.FakeApiServer.Answer;
import dev.caravel.daemon.api.HttpApiClient;
import dev.caravel.daemon.api.KubeconfigFile;
import dev.caravel.daemon.cert.FakeSigner;
import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.Pem;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class NodeCredentialsTest {
    private static final ApiSettings SETTINGS =
            new ApiSettings("main", "test", 0, 0, Duration.ofSeconds(10));

    private final Metrics metrics = new Metrics();
    private final ApiMetrics apiMetrics = ApiMetrics.in(metrics);
    private final KubernetesSerialization json =
            new KubernetesSerialization(JsonMapper.builder().build(), false);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private FakeApiServer server;

    @SuppressWarnings("NullAway.Init")
    private FakeSigner signer;

    @SuppressWarnings("NullAway.Init")
    private CredentialFiles files;

    @SuppressWarnings("NullAway.Init")
    private NodeCredentials credentials;

    @BeforeEach
    void serve() throws Exception {
        server = new FakeApiServer(folder, this::answer);
        signer = new FakeSigner(server.ca, Instant::now);
        files =
                new CredentialFiles(
                        folder.resolve("kubelet.conf"),
                        Optional.of(folder.resolve("bootstrap-kubelet.conf")),
                        folder.resolve("pki"));
        Files.writeString(files.bootstrapKubeconfig().orElseThrow(), config("token: abc"));
    }

    @AfterEach
    void close() {
        if (credentials != null) {
            credentials.close();
        }
        server.close();
    }

    private String config(String user) {
        return """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: k, user: u}}]
        clusters: [{name: k, cluster: {server: "%s", certificate-authority: api-ca.crt}}]
        users: [{name: u, user: {%s}}]
        """
                .formatted(server.uri(), user);
    }

    private Answer answer(HttpExchange exchange) {
        if (!exchange.path().contains("certificatesigningrequests")) {
            return Answer.json("ok");
        }
        try {
            CertificateSigningRequest request =
                    exchange.method().equals("POST")
                            ? signer.create(
                                    CertificateSigningRequest.class,
                                    exchange.path(),
                                    json.unmarshal(
                                            exchange.body(), CertificateSigningRequest.class))
                            : signer.get(CertificateSigningRequest.class, exchange.path());
            return Answer.json(json.asJson(request));
        } catch (ApiException e) {
            return new Answer(e.code(), "{\"reason\":\"" + e.reason() + "\"}", List.of());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private NodeCredentials rotating() throws IOException {
        credentials = NodeCredentials.rotating(files, "n1", metrics, apiMetrics, Ticks.system());
        return credentials;
    }

    private void awaitSeenAs(HttpApiClient client, String who) {
        await().untilAsserted(() -> {
            client.requests().raw("/me");
            assertThat(server.requests.getLast()).isEqualTo(who + "GET /me");
        });
    }

    @Test
    void bootstrapsInTheBackgroundWithKubeletConfWrittenFirst() throws Exception {
        signer.approving = false;
        rotating();
        assertThat(files.kubeconfig()).content().contains("user: default-auth");
        Path pem =
                KubeconfigFile.read(files.kubeconfig())
                        .certificate()
                        .orElseThrow()
                        .chain()
                        .file()
                        .orElseThrow();
        assertThat(pem).isEqualTo(files.certificates().resolve("kubelet-client-current.pem"));
        assertThat(pem).doesNotExist();

        try (HttpApiClient client = credentials.open(SETTINGS)) {
            awaitSeenAs(client, "");
            signer.approving = true;
            awaitSeenAs(client, "CN=system:node:n1,O=system:nodes ");
        }
        assertThat(pem).isSymbolicLink();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.write(out);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("kubelet_certificate_manager_client_ttl_seconds 3\\.15\\d*e\\+07");
    }

    @Test
    void leavesBootstrapCredentialsAloneWhileKubeletConfIsGood() throws Exception {
        rotating();
        await().until(() -> credentials.rotation().orElseThrow().current().isPresent());
        Optional<KeyMaterial> first = credentials.rotation().orElseThrow().current();
        credentials.close();
        Files.delete(files.bootstrapKubeconfig().orElseThrow());
        server.requests.clear();

        credentials =
                NodeCredentials.rotating(files, "n1", new Metrics(), apiMetrics, Ticks.system());
        assertThat(credentials.rotation().orElseThrow().current()).isEqualTo(first);
        try (HttpApiClient client = credentials.open(SETTINGS)) {
            awaitSeenAs(client, "CN=system:node:n1,O=system:nodes ");
        }
        assertThat(server.requests).noneMatch(request -> request.contains("signing"));
    }

    @Test
    void replacesACertificateEmbeddedByKubeadm() throws Exception {
        KeyMaterial embedded = server.ca.client("O=system:masters,CN=kubernetes-admin");
        Files.writeString(
                files.kubeconfig(),
                config(
                        "client-certificate-data: %s, client-key-data: %s"
                                .formatted(
                                        base64(Pem.encode(embedded.chain())),
                                        base64(Pem.encode(embedded.key())))));
        rotating();
        try (HttpApiClient client = credentials.open(SETTINGS)) {
            awaitSeenAs(client, "CN=system:node:n1,O=system:nodes ");
        }
        assertThat(server.requests)
                .anyMatch(
                        request -> request.startsWith("CN=kubernetes-admin,O=system:masters POST"));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void bootstrapsAgainWhenTheCertificateHasExpired() throws Exception {
        Instant now = Instant.now();
        KeyMaterial expired =
                server.ca.issue(
                        "EC",
                        "CN=old",
                        KeyPurposeId.id_kp_clientAuth,
                        now.minusSeconds(100),
                        now.minusSeconds(10));
        Files.writeString(
                files.kubeconfig(), config("client-certificate: old.pem, client-key: old.pem"));
        Files.write(folder.resolve("old.pem"), Pem.encode(expired));
        rotating();
        try (HttpApiClient client = credentials.open(SETTINGS)) {
            awaitSeenAs(client, "CN=system:node:n1,O=system:nodes ");
        }
        assertThat(files.kubeconfig()).content().contains("kubelet-client-current.pem");
    }

    @Test
    void waitsForItsCertificateWhenItDoesNotRotate() throws Exception {
        credentials = NodeCredentials.fixed(files, "n1", apiMetrics, Ticks.system());
        assertThat(credentials.rotation()).isEmpty();
        try (HttpApiClient client = credentials.open(SETTINGS)) {
            awaitSeenAs(client, "CN=system:node:n1,O=system:nodes ");
        }
        assertThat(server.requests.getFirst()).startsWith("POST /apis/certificates.k8s.io/v1/");
        server.requests.clear();
        NodeCredentials.fixed(files, "n1", apiMetrics, Ticks.system()).close();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void refusesToStartWithoutAnyCredentials() throws Exception {
        Files.delete(files.bootstrapKubeconfig().orElseThrow());
        assertThatThrownBy(this::rotating)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bootstrap-kubelet.conf");
        files = new CredentialFiles(files.kubeconfig(), Optional.empty(), files.certificates());
        assertThatThrownBy(this::rotating)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kubelet.conf");
    }
}
