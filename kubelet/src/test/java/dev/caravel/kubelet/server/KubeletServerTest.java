package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.cri.Bytes;
import dev.caravel.cri.ExecResult;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeletServerTest {

    private static final String LOGS = "/containerLogs/shop/web/nginx";

    @TempDir Path folder;

    private ServedNode node;
    private HttpClient client;
    private SSLContext tls;

    @BeforeEach
    void start() throws Exception {
        tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new TrustingAnybody()}, new SecureRandom());
        client = HttpClient.newBuilder().sslContext(tls).build();
        serve("");
    }

    private void serve(String yaml) throws Exception {
        if (node != null) {
            node.close();
        }
        node = new ServedNode(Files.createTempDirectory(folder, "node"), yaml);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        node.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + node.server.address().getPort() + path))
                .header("Authorization", "Bearer of-admin");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws Exception {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }

    private void write(String... lines) throws Exception {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append("2026-01-02T03:04:05.1Z stdout F ").append(line).append('\n');
        }
        Files.writeString(node.log, text, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
    }

    @Test
    void nobodyGetsInWithoutProofAndNotEverybodyMayDoEverything() throws Exception {
        HttpRequest bare = HttpRequest.newBuilder(request("/pods").build().uri()).build();
        HttpResponse<String> unknown = client.send(bare, BodyHandlers.ofString());
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.body()).isEqualTo("Unauthorized");

        HttpResponse<String> bob =
                client.send(
                        request("/pods").setHeader("Authorization", "Bearer of-bob").build(),
                        BodyHandlers.ofString());
        assertThat(bob.statusCode()).isEqualTo(403);
        assertThat(bob.body())
                .isEqualTo(
                        "Forbidden (user=bob, verb=get, resource=nodes, subresource(s)=[pods proxy])\n");
    }

    @Test
    void podsAreListedAsWantedAndAsRunning() throws Exception {
        assertThat(get("/pods").body()).contains("\"kind\":\"PodList\"", "\"uid\":\"uid-web\"");
        assertThat(get("/runningpods/").body())
                .contains("\"uid\":\"uid-web\"", "\"name\":\"nginx\"")
                .doesNotContain("\"side\"");
        HttpResponse<String> posted = post("/pods");
        assertThat(posted.statusCode()).isEqualTo(405);
        assertThat(posted.headers().firstValue("Allow")).contains("GET");
    }

    @ParameterizedTest
    @CsvSource({
        "/pods/,200,",
        "/pods/x,404,404: Page Not Found",
        "/healthz/,404,404 page not found\n",
        "/runningpods,307,/runningpods/",
        "/runningpods/x,404,404: Page Not Found",
        "/logs?query=x,307,/logs/?query=x",
        "/stats,307,/stats/",
        "/stats/,404,404: Page Not Found",
        "/checkpoint,307,/checkpoint/",
        "/debug/pprof,307,/debug/pprof/",
        "/debug/pprof/,404,404: Page Not Found",
        "/debug/pprof/heap,404,Unknown profile",
        "/debug/pprof/cmdline,200,",
        "/exec,404,404: Page Not Found",
        "/exec/shop,404,404: Page Not Found",
        "/run,404,404: Page Not Found",
        "/containerLogs,404,404: Page Not Found",
        "/containerLogs/shop/web/nginx/,200,",
        "/portForward,404,404: Page Not Found",
        "/configz,200,",
        "/flagz,200,",
        "/statusz,200,",
        "/no/such,404,404 page not found\n"
    })
    void pathsEndAsTheyDoUpstream(String path, int status, String text) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 307) {
            assertThat(answer.headers().firstValue("Location")).contains(text);
        } else if (text != null) {
            assertThat(answer.body()).isIn(text, text + "\n");
        }
    }

    @Test
    void theVerbosityOfTheLogIsChangedWhileRunning() throws Exception {
        assertThat(put("/debug/flags/v", "5").body())
                .isEqualTo("successfully set klog.logging.verbosity to 5");
        assertThat(node.verbosity).hasValue(5);
        assertThat(put("/debug/flags/v", "-1").statusCode()).isEqualTo(400);
        assertThat(put("/debug/flags/v", "99999999999").statusCode()).isEqualTo(400);
        assertThat(get("/debug/flags/v").statusCode()).isEqualTo(406);
        assertThat(node.verbosity).hasValue(5);
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        return client.send(
                request(path).PUT(HttpRequest.BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    @Test
    void requestsAreCountedByWhatTheyAreAbout() throws Exception {
        get("/pods");
        get(LOGS);
        get("/no/such/path");
        await().untilAsserted(() -> {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            node.metrics.write(text);
            assertThat(text.toString(StandardCharsets.UTF_8))
                    .contains(series("requests_total", "pods") + " 1\n")
                    .contains(series("requests_total", "containerLogs") + " 1\n")
                    .contains(series("requests_total", "other") + " 1\n")
                    .contains(series("requests_duration_seconds_count", "pods"))
                    .contains(series("inflight_requests", "pods") + " 0\n");
        });
    }

    private static String series(String name, String path) {
        return "kubelet_http_%s{long_running=\"false\",method=\"GET\",path=\"%s\",server_type=\"readwrite\"}"
                .formatted(name, path);
    }

    @Test
    void theConfigurationIsShown() throws Exception {
        assertThat(get("/configz").body())
                .startsWith("{\"kubeletconfig\":{")
                .contains("\"address\":\"127.0.0.1\"");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',                                 200, 'one|two|three|'
                    ?tailLines=1,                       200, 'three|'
                    ?tailLines=0,                       200, ''
                    ?limitBytes=5,                      200, 'one|t'
                    ?tailLines=1&timestamps=true,       200, '2026-01-02T03:04:05.100000000Z three|'
                    ?sinceTime=2026-01-02T03:04:06Z,    200, ''
                    ?tailLines=-1,                      422, '{"message": "Invalid request."}'
                    """)
    void theWantedPartOfALogIsShown(String query, int status, String body) throws Exception {
        write("one", "two", "three");
        HttpResponse<String> answer = get(LOGS + query);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body.replace('|', '\n'));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    /containerLogs/shop/none/nginx,            404, 'pod "none" does not exist'
                    /containerLogs/shop/web/other,             404, 'container "other" not found in pod "web"'
                    /containerLogs/shop/web/side,              400, 'container "side" in pod "web" is waiting to start: trying and failing to pull image'
                    /containerLogs/shop/web/nginx?previous=1,  400, 'previous terminated container "nginx" in pod "web" not found'
                    """)
    void whereThereIsNoLogTheAnswerSaysWhy(String path, int status, String text) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(text);
    }

    @Test
    void aLogThatIsALinkOutOfTheLogFolderIsNotRead() throws Exception {
        Path secret =
                Files.writeString(folder.resolve("secret"), "2026-01-02T03:04:05Z stdout F x");
        Files.delete(node.log);
        Files.createSymbolicLink(node.log, secret);
        HttpResponse<String> answer = get(LOGS);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("failed to open log file");
    }

    @Test
    void aFollowerSeesEveryLineAcrossRotationUntilTheContainerEnds() throws Exception {
        write("old", "one");
        HttpResponse<InputStream> answer =
                client.send(
                        request(LOGS + "?follow=true&tailLines=1").build(),
                        BodyHandlers.ofInputStream());
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEqualTo("one");
        write("two");
        assertThat(lines.readLine()).isEqualTo("two");
        Files.move(node.log, node.log.resolveSibling("0.log.20260102-030405"));
        write("three is longer than everything that was in the file before it was rotated away");
        assertThat(lines.readLine()).startsWith("three");
        write("last");
        node.runtime.exit(node.container, 0);
        node.view.relist(Duration.ofSeconds(30));
        assertThat(lines.readLine()).isEqualTo("last");
        assertThat(lines.readLine()).isNull();
    }

    @Test
    void aCommandRunsAndItsOutputComesBack() throws Exception {
        node.runtime.onExec((_, command, _) ->
                new ExecResult(
                        command.contains("false") ? 3 : 0,
                        bytes(String.join("+", command)),
                        bytes("!")));
        HttpResponse<String> good = post("/run/shop/web/uid-web/nginx?cmd=ls%20-l");
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).isEqualTo("ls+-l!");
        HttpResponse<String> bad = post("/run/shop/web/nginx?cmd=false");
        assertThat(bad.statusCode()).isEqualTo(500);
        assertThat(bad.body()).isEqualTo("command 'false' exited with 3: !");
        assertThat(post("/run/shop/web/another-uid/nginx?cmd=ls").body())
                .isEqualTo("container not found (\"nginx\")");
    }

    private static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }

    @Test
    void aContainerIsSavedToAnArchive() throws Exception {
        node.reviews.allow("admin create nodes/checkpoint");
        assertThat(post("/checkpoint/shop/web/nginx?timeout=5").body())
                .matches("\\{\"items\":\\[\"/.*/checkpoints/checkpoint-web_shop-nginx-.*Z.tar\"]}");
        assertThat(post("/checkpoint/shop/web/other").statusCode()).isEqualTo(404);
        assertThat(post("/checkpoint/shop/web/nginx?timeout=x").statusCode()).isEqualTo(404);
        assertThat(post("/checkpoint/shop/web/side").statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    /exec/shop/web/nginx?command=ls,            400, 'you must specify at least 1 of stdin, stdout, stderr'
                    /exec/shop/web/nginx?command=ls&output=1,   500, 'Upgrade request required|'
                    /exec/shop/none/nginx?command=ls&output=1,  404, 'pod does not exist'
                    /attach/shop/web/side?output=1,             500, 'container not found ("side")'
                    /portForward/shop/none,                     404, 'pod does not exist'
                    /portForward/shop/web/x,                    404, 'pod not found'
                    /portForward/shop/web,                      500, 'Upgrade request required|'
                    """)
    void aStreamThatCannotBeIsRefused(String path, int status, String text) throws Exception {
        HttpResponse<String> answer = post(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(text.replace('|', '\n'));
    }

    private SSLSocket upgrade(String method, String path) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket("127.0.0.1", node.server.address().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(
                        (method
                                        + " "
                                        + path
                                        + " HTTP/1.1\r\nHost: n1\r\nAuthorization: Bearer of-admin\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/exec/shop/web/nginx?command=ls&output=1,/exec/",
        "GET,/attach/shop/web/nginx?output=1&input=1,/attach/",
        "POST,/portForward/shop/web,/port"
    })
    void anUpgradedConnectionIsJoinedToTheRuntimesWithoutATokenAndEndsHalfByHalf(
            String method, String path, String runtimePath) throws Exception {
        try (StreamingServer streaming = new StreamingServer()) {
            node.runtime.streamingServer(streaming.url());
            try (SSLSocket socket = upgrade(method, path)) {
                StreamAnswer answer = StreamAnswer.read(socket.getInputStream());
                assertThat(answer.status()).isEqualTo(101);
                assertThat(answer.headers().first("X-Stream-Protocol-Version"))
                        .contains("v4.channel.k8s.io");
                byte[] much = new byte[1 << 20];
                new java.util.Random(1).nextBytes(much);
                Thread writer =
                        Thread.startVirtualThread(() -> {
                            try {
                                socket.getOutputStream().write(much);
                                socket.shutdownOutput();
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
                assertThat(socket.getInputStream().readNBytes(much.length)).isEqualTo(much);
                writer.join();
                assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("bye");
            }
            assertThat(streaming.heads()).hasSize(1);
            assertThat(streaming.heads().getFirst())
                    .startsWith(method + " " + runtimePath)
                    .contains("Upgrade: SPDY/3.1\r\n")
                    .doesNotContain("Bearer");
        }
    }

    @Test
    void aRefusalOfTheRuntimesStreamingServerIsPassedOn() throws Exception {
        try (StreamingServer streaming = new StreamingServer()) {
            node.runtime.streamingServer(streaming.url() + "/gone");
            try (SSLSocket socket = upgrade("POST", "/portForward/shop/web")) {
                StreamAnswer answer = StreamAnswer.read(socket.getInputStream());
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.body(socket.getInputStream())).asString().isEqualTo("gone");
            }
        }
        try (SSLSocket socket = upgrade("POST", "/portForward/shop/web")) {
            assertThat(StreamAnswer.read(socket.getInputStream()).status()).isEqualTo(502);
        }
    }

    @Test
    void aFollowerWhoHangsUpIsForgotten() throws Exception {
        HttpResponse<InputStream> answer =
                client.send(request(LOGS + "?follow=true").build(), BodyHandlers.ofInputStream());
        await().untilAsserted(() -> assertThat(openLogs()).isPositive());
        answer.body().close();
        client.shutdownNow();
        await().untilAsserted(() -> assertThat(openLogs()).isZero());
    }

    private long openLogs() throws Exception {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(d -> {
                        try {
                            return Files.readSymbolicLink(d).equals(node.log);
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void withoutDebuggingHandlersTheirPathsSayThatTheyAreOff() throws Exception {
        serve("enableDebuggingHandlers: false\n");
        for (String path : new String[] {LOGS, "/exec/shop/web/nginx", "/runningpods/", "/logs/"}) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(405);
            assertThat(answer.body()).isEqualTo("Debug endpoints are disabled.\n");
        }
        assertThat(get("/configz").statusCode()).isEqualTo(404);
        assertThat(get("/pods").statusCode()).isEqualTo(200);
    }

    @Test
    void theReadOnlyPortAsksNobodyAndOffersLittle() throws Exception {
        serve("readOnlyPort: FREE\n");
        String base = "http://127.0.0.1:" + node.server.readOnlyAddress().orElseThrow().getPort();
        for (String path : new String[] {"/healthz", "/healthz/ping", "/pods"}) {
            assertThat(plain(base + path)).as(path).isEqualTo(200);
        }
        for (String path : new String[] {LOGS, "/runningpods/", "/configz", "/logs/"}) {
            assertThat(plain(base + path)).as(path).isEqualTo(404);
        }
    }

    private int plain(String url) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** The server's certificate is its own; who it is does not matter here. */
    private static final class TrustingAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] c, String a, java.net.Socket s) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a, java.net.Socket s) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String a, SSLEngine e) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a, SSLEngine e) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String a) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
