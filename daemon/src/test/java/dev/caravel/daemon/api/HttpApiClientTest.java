package dev.caravel.daemon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.api.FakeApiServer.Answer;
import dev.caravel.daemon.cert.CertificateStore;
import dev.caravel.daemon.cert.TestCa;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpApiClientTest {
    private final Metrics metrics = new Metrics();
    private final ApiMetrics apiMetrics = ApiMetrics.in(metrics);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private FakeApiServer server;

    @SuppressWarnings("NullAway.Init")
    private HttpApiClient client;

    @BeforeEach
    void serve() throws Exception {
        server =
                new FakeApiServer(folder, x -> Answer.json(FakeApiServer.pod("a", "7", "Running")));
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        server.close();
    }

    private HttpApiClient open(Kubeconfig config, Duration timeout) throws IOException {
        client =
                HttpApiClient.open(
                        config,
                        new ApiSettings("test", ApiSettings.userAgent("kubelet"), 0, 0, timeout),
                        apiMetrics,
                        Ticks.system());
        return client;
    }

    private HttpApiClient open() throws IOException {
        return open(server.kubeconfig(), Duration.ofSeconds(10));
    }

    private String scrape() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void readsObjectsWithoutManagedFieldsAndSaysWhoItIs() throws Exception {
        AtomicReference<Map<String, String>> headers = new AtomicReference<>(Map.of());
        server.answers(x -> {
            headers.set(
                    Map.of(
                            "agent", x.headers().first("User-Agent").orElse(""),
                            "token", x.headers().first("Authorization").orElse(""),
                            "accept", x.headers().first("Accept").orElse("")));
            return Answer.json(FakeApiServer.pod("a", "7", "Running"));
        });
        Pod pod = open().requests().get(Pod.class, "/api/v1/namespaces/shop/pods/a");

        assertThat(pod.getMetadata().getResourceVersion()).isEqualTo("7");
        assertThat(pod.getMetadata().getManagedFields()).isEmpty();
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(headers.get())
                .containsEntry("token", "Bearer secret-token")
                .containsEntry("accept", "application/json");
        assertThat(headers.get().get("agent"))
                .matches("kubelet/v1\\.37\\.2 \\(linux/(amd64|arm64)\\) kubernetes/caravel");
        assertThat(scrape())
                .contains("rest_client_requests_total{code=\"200\",host=\"127.0.0.1:")
                .contains("rest_client_request_duration_seconds_count{host=\"127.0.0.1:");
    }

    @Test
    void patchesAStatusWithOneCall() throws Exception {
        AtomicReference<String> sent = new AtomicReference<>("");
        server.answers(x -> {
            try {
                sent.set(
                        x.headers().first("Content-Type").orElse("")
                                + " "
                                + new String(x.body().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return Answer.json(FakeApiServer.pod("a", "8", "Failed"));
        });
        Pod patched =
                open().requests()
                        .patch(
                                Pod.class,
                                "/api/v1/namespaces/shop/pods/a/status",
                                PatchType.STRATEGIC_MERGE,
                                "{\"status\":{\"phase\":\"Failed\"}}");

        assertThat(patched.getMetadata().getResourceVersion()).isEqualTo("8");
        assertThat(server.requests).containsExactly("PATCH /api/v1/namespaces/shop/pods/a/status");
        assertThat(sent.get())
                .isEqualTo(
                        "application/strategic-merge-patch+json {\"status\":{\"phase\":\"Failed\"}}");
    }

    @Test
    void tellsWhatTheServerRefused() throws Exception {
        server.answers(x ->
                new Answer(
                        429,
                        FakeApiServer.status(429, "TooManyRequests"),
                        List.of("Retry-After: 3")));
        assertThatThrownBy(() ->
                        open().requests()
                                .create(
                                        Pod.class,
                                        "/api/v1/namespaces/shop/pods",
                                        new PodBuilder().build()))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(429);
                            assertThat(e.reason()).isEqualTo("TooManyRequests");
                            assertThat(e.retryAfter()).contains(Duration.ofSeconds(3));
                            assertThat(e)
                                    .hasMessage(
                                            "POST /api/v1/namespaces/shop/pods: API server said 429"
                                                    + " TooManyRequests (test says"
                                                    + " TooManyRequests)");
                        });
        server.answers(x -> new Answer(502, "<html>bad gateway</html>", List.of()));
        assertThatThrownBy(() -> client.requests().raw("/readyz"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("502 (<html>bad gateway</html>)");
        server.answers(x -> Answer.json("not json"));
        assertThatThrownBy(() -> client.requests().get(Pod.class, "/api/v1/pods/x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no Pod");
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswerAndConnectsAnew() throws Exception {
        open(server.kubeconfig(), Duration.ofMillis(300)).requests().raw("/readyz");
        server.answers(x -> Answer.json(FakeApiServer.HANG));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.requests().raw("/readyz"))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessageContaining("/readyz: no answer in 300ms");
        }
        server.answers(x -> Answer.json("ok"));
        assertThat(client.requests().raw("/readyz")).isEqualTo("ok");
        assertThat(scrape()).contains("rest_client_requests_total{code=\"<error>\"");
    }

    @Test
    void showsARotatedCertificateWithoutBeingAsked() throws Exception {
        CertificateStore store =
                CertificateStore.open(folder, "kubelet-client", Ticks.system().clock());
        Kubeconfig config =
                server.kubeconfig()
                        .anonymous()
                        .with(
                                new Kubeconfig.ClientCertificate(
                                        new PemSource.File(store.currentPath()),
                                        new PemSource.File(store.currentPath())));
        open(config, Duration.ofSeconds(10)).requests().raw("/1");
        store.update(server.ca.client("CN=first"));
        await().untilAsserted(() -> {
            client.requests().raw("/2");
            assertThat(server.requests).contains("CN=first GET /2");
        });
        store.update(server.ca.client("CN=second"));
        await().untilAsserted(() -> {
            client.requests().raw("/3");
            assertThat(server.requests).contains("CN=second GET /3");
        });
        assertThat(server.requests.getFirst()).isEqualTo("GET /1");
    }

    @Test
    void believesOnlyTheServerOfTheKubeconfig() throws Exception {
        Kubeconfig good = server.kubeconfig();
        Path foreign = folder.resolve("foreign.crt");
        Files.write(
                foreign,
                dev.caravel.daemon.cert.Pem.encode(List.of(new TestCa("other").certificate())));
        Kubeconfig wrong =
                new Kubeconfig(
                        good.server(),
                        Optional.of(new PemSource.File(foreign)),
                        "",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        good.token());
        open(wrong, Duration.ofSeconds(10));
        assertThatThrownBy(() -> client.requests().raw("/readyz")).isInstanceOf(IOException.class);
        client.close();
        assertThat(server.requests).as("no token went to a stranger").isEmpty();

        for (String name : List.of("localhost", "127.0.0.1")) {
            open(named(good, name), Duration.ofSeconds(10)).requests().raw("/" + name);
            client.close();
        }
        open(named(good, "kubernetes.default"), Duration.ofSeconds(10));
        assertThatThrownBy(() -> client.requests().raw("/wrong-name"))
                .hasStackTraceContaining("not for kubernetes.default (tls-server-name)");
        client.close();
        Kubeconfig insecure =
                new Kubeconfig(
                        good.server(),
                        Optional.empty(),
                        "",
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        good.token());
        assertThat(open(insecure, Duration.ofSeconds(10)).requests().raw("/i")).contains("Pod");
    }

    private static Kubeconfig named(Kubeconfig config, String name) {
        return new Kubeconfig(
                config.server(),
                config.authority(),
                name,
                false,
                Optional.empty(),
                Optional.empty(),
                config.token());
    }

    @Test
    void carriesFabric8sClient() throws Exception {
        server.answers(x ->
                Answer.json(
                        "{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"n1\"}}"));
        Node node = open().kubernetes().nodes().withName("n1").get();
        assertThat(node.getMetadata().getName()).isEqualTo("n1");
        assertThat(server.requests).containsExactly("GET /api/v1/nodes/n1");
        server.answers(x -> new Answer(500, FakeApiServer.status(500, "InternalError"), List.of()));
        assertThatThrownBy(() -> client.kubernetes().nodes().withName("n1").get())
                .hasMessageContaining("InternalError");
        assertThat(server.requests).as("not tried again").hasSize(2);
        assertThat(client.kubernetes()).isSameAs(client.kubernetes());
    }

    @Test
    void readsTokensFromFilesThatChange() throws Exception {
        Path token = folder.resolve("token");
        Files.writeString(token, "one\n");
        AtomicReference<String> seen = new AtomicReference<>("");
        server.answers(x -> {
            seen.set(x.headers().first("Authorization").orElse(""));
            return Answer.json("ok");
        });
        Kubeconfig good = server.kubeconfig();
        Kubeconfig config =
                new Kubeconfig(
                        good.server(),
                        good.authority(),
                        "",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        new Kubeconfig.Token.File(token));
        open(config, Duration.ofSeconds(10)).requests().raw("/x");
        assertThat(seen.get()).isEqualTo("Bearer one");
        Files.writeString(token, "another");
        await().untilAsserted(() -> {
            client.requests().raw("/x");
            assertThat(seen.get()).isEqualTo("Bearer another");
        });
    }

    @Test
    void asksACredentialPluginAgainWhenRejected() throws Exception {
        Path plugin = folder.resolve("plugin.sh");
        Files.writeString(
                plugin,
                """
                #!/bin/sh
                n=$(cat "$COUNT" 2>/dev/null || echo 0); n=$((n+1)); echo $n > "$COUNT"
                case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 3;; esac
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
                echo '"status":{"token":"t'$n'"}}'
                """);
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
        AtomicReference<String> seen = new AtomicReference<>("");
        server.answers(x -> {
            seen.set(x.headers().first("Authorization").orElse(""));
            return seen.get().equals("Bearer t1") && x.path().equals("/second")
                    ? new Answer(401, FakeApiServer.status(401, "Unauthorized"), List.of())
                    : Answer.json("ok");
        });
        Kubeconfig good = server.kubeconfig();
        Kubeconfig config =
                new Kubeconfig(
                        good.server(),
                        good.authority(),
                        "",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        new Kubeconfig.Token.Exec(
                                "client.authentication.k8s.io/v1",
                                plugin.toString(),
                                List.of(),
                                Map.of("COUNT", folder.resolve("count").toString()),
                                false));
        open(config, Duration.ofSeconds(10)).requests().raw("/first");
        assertThat(seen.get()).isEqualTo("Bearer t1");
        assertThatThrownBy(() -> client.requests().raw("/second")).hasMessageContaining("401");
        client.requests().raw("/third");
        assertThat(seen.get()).isEqualTo("Bearer t2");
    }
}
