package dev.caravel.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUpgradeTest {
    private static final String UPGRADE =
            "POST /exec HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";

    @SuppressWarnings("NullAway.Init") // set by every test
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private TestCa ca;

    @AfterEach
    void close() {
        server.close();
    }

    private void serve(boolean tls, HttpHandler handler) throws Exception {
        ca = new TestCa("ca");
        KeyMaterial material = ca.server("CN=n1");
        TlsSettings settings =
                new TlsSettings(() -> Optional.of(material), Optional.empty(), "", List.of());
        server =
                HttpServer.start(
                        HttpServerSettings.of(
                                "test",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                tls ? Optional.of(settings) : Optional.empty()),
                        handler);
    }

    private RawClient dial(boolean tls) throws Exception {
        Socket socket = RawClient.connect(server.address());
        if (tls) {
            SSLSocket secured =
                    (SSLSocket)
                            TlsClients.trusting(ca.certificate(), Optional.empty())
                                    .getSocketFactory()
                                    .createSocket(socket, "127.0.0.1", 0, true);
            return new RawClient(secured);
        }
        return new RawClient(socket);
    }

    private static Duplex accept(HttpExchange x) throws IOException {
        return x.upgrade(List.of(new HttpHeaders.Field("Upgrade", "SPDY/3.1")));
    }

    @ParameterizedTest(name = "tls {0}")
    @ValueSource(booleans = {false, true})
    void carriesRawBytesBothWaysWithHalfClose(boolean tls) throws Exception {
        serve(
                tls,
                x -> {
                    try (Duplex duplex = accept(x)) {
                        byte[] all = duplex.input().readAllBytes(); // until the client half-closes
                        duplex.output().write(("got " + all.length).getBytes(US_ASCII));
                        duplex.shutdownOutput();
                        assertThat(duplex.input().read()).isEqualTo(-1);
                    }
                });
        try (RawClient client = dial(tls)) {
            client.send(UPGRADE + "early bytes");
            assertThat(client.head())
                    .isEqualTo(
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                                    + "Upgrade: SPDY/3.1");
            client.send("x".repeat(100_000));
            client.socket.shutdownOutput();
            assertThat(client.rest()).isEqualTo("got 100011");
        }
    }

    @Test
    void wakesAReaderWhenTheTunnelIsClosedFromElsewhere() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        serve(
                false,
                x -> {
                    Duplex duplex = accept(x);
                    Thread.ofVirtual().start(duplex::close);
                    try {
                        duplex.input().read();
                    } catch (IOException e) {
                        ended.incrementAndGet();
                    }
                });
        try (RawClient client = dial(false)) {
            client.send(UPGRADE);
            client.head();
            await().untilAtomic(ended, org.hamcrest.Matchers.is(1));
        }
    }

    @ParameterizedTest(name = "tls {0}, {1} sessions")
    @CsvSource({"false, 200", "true, 40"})
    void holdsWritersOfManySlowSessionsInBoundedMemory(boolean tls, int sessions) throws Exception {
        AtomicLong written = new AtomicLong();
        AtomicInteger open = new AtomicInteger();
        serve(
                tls,
                x -> {
                    open.incrementAndGet();
                    try (Duplex duplex = accept(x)) {
                        OutputStream out = duplex.output();
                        byte[] piece = new byte[32 << 10];
                        while (true) {
                            out.write(piece);
                            written.addAndGet(piece.length);
                        }
                    } finally {
                        open.decrementAndGet();
                    }
                });
        long before = usedHeap();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            RawClient client = dial(tls);
            clients.add(client);
            client.send(UPGRADE);
            client.head();
        }
        AtomicLong last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> last.getAndSet(written.get()) == written.get());
        long perSession = (usedHeap() - before) / sessions;

        assertThat(open.get()).isEqualTo(sessions);
        // both ends live in this heap: client buffers, and 32 KiB the writer holds itself
        assertThat(perSession).isLessThan(220 << 10);
        InputStream one = clients.getFirst().in;
        long stuck = written.get();
        assertThat(one.readNBytes(8 << 20)).hasSize(8 << 20);
        assertThat(written.get()).isGreaterThan(stuck);
        for (RawClient client : clients) {
            client.socket.close();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> open.get() == 0);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
