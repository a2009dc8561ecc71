package dev.caravel.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    @SuppressWarnings("NullAway.Init") // set by every test
    private HttpServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private RawClient serve(HttpHandler handler) throws IOException {
        return serve(HttpServerSettings.of("test", LOOPBACK, Optional.empty()), handler);
    }

    private RawClient serve(HttpServerSettings settings, HttpHandler handler) throws IOException {
        server = HttpServer.start(settings, handler);
        return new RawClient(server.address());
    }

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void answersSeveralRequestsOnOneConnection() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (RawClient client =
                serve(x -> x.respondText(200, x.path() + calls.incrementAndGet()))) {
            client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head())
                    .startsWith("HTTP/1.1 200 OK\r\nDate: ")
                    .contains("Content-Type: text/plain; charset=utf-8")
                    .contains("Content-Length: 3");
            assertThat(client.bytes(3)).isEqualTo("/a1");
            client.send("GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).contains("Connection: close");
            assertThat(client.rest()).isEqualTo("/b2");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (RawClient client = serve(x -> x.respondText(200, x.path()))) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            client.head();
            assertThat(client.bytes(2)).isEqualTo("/1");
            client.head();
            assertThat(client.bytes(2)).isEqualTo("/2");
        }
    }

    @Test
    void readsChunkedAndSizedBodies() throws Exception {
        try (RawClient client =
                serve(x -> x.respondText(200, new String(x.body().readAllBytes(), UTF_8)))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");
            client.head();
            assertThat(client.bytes(13)).isEqualTo("abc0123456789");
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd");
            client.head();
            assertThat(client.bytes(4)).isEqualTo("abcd");
        }
    }

    @Test
    void refusesBodiesOverTheLimit() throws Exception {
        HttpServerSettings small =
                new HttpServerSettings(
                        "t", LOOPBACK, Optional.empty(), 4096, 10, 16, Duration.ofSeconds(90));
        HttpHandler echo = x -> x.respond(200, "", x.body().readAllBytes());
        try (RawClient client = serve(small, echo)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 413");
        }
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n");
            client.send("01234567890\r\n0\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void invitesABodyOnlyWhenItIsWanted() throws Exception {
        HttpHandler handler =
                x -> {
                    if (x.path().equals("/want")) {
                        x.respond(200, "", x.body().readAllBytes());
                    } else {
                        x.respondText(401, "Unauthorized");
                    }
                };
        try (RawClient client = serve(handler)) {
            client.send(expecting("/want"));
            assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue");
            client.send("ok");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            assertThat(client.bytes(2)).isEqualTo("ok");
            client.send(expecting("/no"));
            assertThat(client.head()).startsWith("HTTP/1.1 401").contains("Connection: close");
            assertThat(client.rest()).isEqualTo("Unauthorized");
        }
    }

    private static String expecting(String path) {
        return "POST %s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
                .formatted(path);
    }

    @Test
    void sendsNoBodyToHead() throws Exception {
        try (RawClient client = serve(x -> x.respondText(200, "hello"))) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).contains("Content-Length: 5");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void streamsChunksAsTheyAreFlushed() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        HttpHandler handler =
                x -> {
                    try (OutputStream out = x.stream(200, "text/plain")) {
                        out.write("one".getBytes(UTF_8));
                        out.flush();
                        assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
                        out.write("two".getBytes(UTF_8));
                    }
                };
        try (RawClient client = serve(handler)) {
            client.send(GET);
            assertThat(client.head()).contains("Transfer-Encoding: chunked");
            assertThat(client.bytes(8)).isEqualTo("3\r\none\r\n");
            seen.countDown();
            assertThat(client.bytes(13)).isEqualTo("3\r\ntwo\r\n0\r\n\r\n");
        }
    }

    @Test
    void endsStreamsByClosingOnHttp10() throws Exception {
        HttpHandler handler =
                x -> {
                    try (OutputStream out = x.stream(200, "text/plain")) {
                        out.write("one".getBytes(UTF_8));
                    }
                };
        try (RawClient client = serve(handler)) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.head()).doesNotContain("chunked");
            assertThat(client.rest()).isEqualTo("one");
        }
    }

    @Test
    void noticesAClientThatHangsUpWhileNothingIsWritten() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        AtomicBoolean known = new AtomicBoolean();
        HttpHandler handler =
                x -> {
                    x.stream(200, "text/plain").flush();
                    x.onClientGone(gone::countDown);
                    gone.await();
                    known.set(x.clientGone());
                };
        RawClient client = serve(handler);
        client.send(GET);
        client.head();
        client.close();

        assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
        await().untilTrue(known);
        await().until(() -> server.connections() == 0);
    }

    @Test
    void servesTheNextRequestAfterWatchingForAHangUp() throws Exception {
        HttpHandler handler =
                x -> {
                    x.onClientGone(() -> {});
                    x.respondText(200, x.path());
                };
        try (RawClient client = serve(handler)) {
            for (String path : new String[] {"/1", "/2", "/3"}) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                client.head();
                assertThat(client.bytes(2)).isEqualTo(path);
            }
        }
    }

    @Test
    void answers500WithoutDetailWhenAHandlerFails() throws Exception {
        HttpHandler handler =
                x -> {
                    throw new IllegalStateException("secret detail");
                };
        try (RawClient client = serve(handler)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 500");
            assertThat(client.rest()).isEqualTo("Internal Server Error\n");
        }
    }

    @Test
    void cutsAStreamWhoseHandlerFails() throws Exception {
        HttpHandler handler =
                x -> {
                    x.stream(200, "text/plain").flush();
                    throw new IllegalStateException("broken");
                };
        try (RawClient client = serve(handler)) {
            client.send(GET);
            client.head();
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void refusesHeaderValuesThatWouldSplitTheResponse() throws Exception {
        AtomicReference<Exception> thrown = new AtomicReference<>();
        HttpHandler handler =
                x -> {
                    x.addHeader("X-Name", "a\r\nSet-Cookie: b");
                    try {
                        x.respondText(200, "");
                    } catch (IllegalArgumentException e) {
                        thrown.set(e);
                        throw e;
                    }
                };
        try (RawClient client = serve(handler)) {
            client.send(GET);
            assertThat(client.rest()).doesNotContain("Set-Cookie");
        }
        assertThat(thrown.get()).isNotNull();
    }

    @Test
    void closesConnectionsIdleForTooLong() throws Exception {
        HttpServerSettings quick =
                new HttpServerSettings(
                        "t", LOOPBACK, Optional.empty(), 4096, 10, 16, Duration.ofMillis(100));
        try (RawClient client = serve(quick, x -> x.respondText(200, "a"))) {
            client.send(GET);
            client.head();
            client.bytes(1);
            assertThat(client.in.read()).isEqualTo(-1);
        }
        try (RawClient slow = new RawClient(server.address())) {
            slow.send("GET / HT");
            assertThat(slow.in.read()).isEqualTo(-1);
        }
    }

    @Test
    void letsFurtherClientsWaitWhenFull() throws Exception {
        HttpServerSettings one =
                new HttpServerSettings(
                        "t", LOOPBACK, Optional.empty(), 4096, 10, 1, Duration.ofSeconds(90));
        RawClient first = serve(one, x -> x.respondText(200, "a"));
        first.send(GET);
        first.head();
        try (RawClient second = new RawClient(server.address())) {
            second.send(GET);
            second.socket.setSoTimeout(200);
            assertThatThrownBy(second.in::read).isInstanceOf(java.net.SocketTimeoutException.class);
            first.close();
            second.socket.setSoTimeout(10_000);
            assertThat(second.head()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void namesTheAddressItCannotListenOn() throws Exception {
        serve(x -> x.respondText(200, "a")).close();
        HttpServerSettings same =
                HttpServerSettings.of("healthz", server.address(), Optional.empty());

        assertThatThrownBy(() -> HttpServer.start(same, x -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + server.address().getPort())
                .hasMessageContaining("healthz");
    }

    @Test
    void routesByExactPathThenLongestPrefix() throws Exception {
        Routes routes =
                Routes.none()
                        .with("/logs/", x -> x.respondText(200, "logs"))
                        .with("/logs/x/", x -> x.respondText(200, "x"))
                        .with("/pods", x -> x.respondText(200, "pods"));
        assertThat(routes.find("/logs/x/y").orElseThrow().path()).isEqualTo("/logs/x/");
        assertThat(routes.find("/logs/y").orElseThrow().path()).isEqualTo("/logs/");
        assertThat(routes.find("/pods").orElseThrow().path()).isEqualTo("/pods");
        assertThat(routes.find("/pods/")).isEmpty();
        try (RawClient client = serve(routes)) {
            client.send("GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 404");
            assertThat(client.rest()).isEqualTo("404 page not found\n");
        }
    }
}
