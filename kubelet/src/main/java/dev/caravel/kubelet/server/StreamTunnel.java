package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Duplex;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHeaders;
import dev.caravel.daemon.run.NamedThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes an upgraded connection (SPDY or WebSocket) on to the runtime's streaming server, byte for
 * byte (contract §3.2). What is spoken inside is no business of the kubelet's.
 */
final class StreamTunnel {

    private static final Logger log = LoggerFactory.getLogger(StreamTunnel.class);

    private static final int CONNECT_MILLIS = 10_000;

    /** The runtime answers before it starts anything, so more means that it hangs. */
    private static final int ANSWER_MILLIS = 30_000;

    /** How long a client may take to hear that the runtime has ended. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private static final int BLOCK = 32 << 10;

    /** Headers that concern the client's connection to us alone. */
    private static final Set<String> OURS =
            Set.of("host", "authorization", "content-length", "transfer-encoding");

    private StreamTunnel() {}

    /** Whether the client wants to leave HTTP. */
    static boolean asksForUpgrade(HttpExchange x) {
        return x.headers().hasToken("Connection", "Upgrade")
                && x.headers().first("Upgrade").isPresent();
    }

    /** Joins client and runtime until both directions have ended; answers 502 if it cannot. */
    static void join(HttpExchange x, URI target) throws IOException, InterruptedException {
        try (Socket runtime = new Socket()) {
            StreamAnswer answer;
            try {
                runtime.connect(
                        new InetSocketAddress(target.getHost(), target.getPort()), CONNECT_MILLIS);
                runtime.setTcpNoDelay(true);
                runtime.setSoTimeout(ANSWER_MILLIS);
                runtime.getOutputStream().write(request(x, target));
                runtime.getOutputStream().flush();
                answer = StreamAnswer.read(runtime.getInputStream());
            } catch (IOException e) {
                log.warn(
                        "The runtime's streaming server at {}:{} gave no answer: {}. The client gets 502.",
                        target.getHost(),
                        target.getPort(),
                        e.toString());
                x.respondText(502, "the container runtime's streaming server gave no answer\n");
                return;
            }
            if (answer.status() != 101) {
                x.respond(
                        answer.status(),
                        answer.contentType(),
                        answer.body(runtime.getInputStream()));
                return;
            }
            runtime.setSoTimeout(0);
            pass(x, answer, runtime);
        }
    }

    private static void pass(HttpExchange x, StreamAnswer answer, Socket runtime)
            throws IOException, InterruptedException {
        try (Duplex client = x.upgrade(answer.forClient())) {
            Thread up = NamedThreads.start("stream/up", () -> copyUp(client, runtime));
            copyDown(runtime.getInputStream(), client);
            // Closing while the client still sends would make the kernel throw away what the
            // client has not read yet: it is given time to hang up first.
            up.join(FAREWELL);
        }
    }

    private static byte[] request(HttpExchange x, URI target) {
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        StringBuilder head = new StringBuilder();
        head.append(x.method()).append(' ').append(target.getRawPath()).append(query);
        head.append(" HTTP/1.1\r\nHost: ").append(target.getRawAuthority()).append("\r\n");
        for (HttpHeaders.Field f : x.headers().fields()) {
            if (!OURS.contains(f.name().toLowerCase(Locale.ROOT))) {
                head.append(f.name()).append(": ").append(f.value()).append("\r\n");
            }
        }
        if (x.method().equals("POST")) {
            head.append("Content-Length: 0\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void copyUp(Duplex client, Socket runtime) {
        try {
            try {
                copy(client.input(), runtime.getOutputStream());
                runtime.shutdownOutput();
            } catch (IOException e) {
                log.debug("Stream to the runtime ended: {}", e.toString());
                // The runtime takes nothing more but may still have something to say; what the
                // client sends meanwhile goes nowhere.
                client.input().transferTo(OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            log.debug("Stream from the client ended: {}", e.toString());
            // The client is gone without a farewell: the other direction is of no use either.
            closeQuietly(runtime);
        }
    }

    private static void copyDown(InputStream in, Duplex client) {
        try {
            copy(in, client.output());
            client.shutdownOutput();
        } catch (IOException e) {
            log.debug("Stream to the client ended: {}", e.toString());
            client.close();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("Closing a stream to the runtime: {}", e.toString());
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK];
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
            out.write(block, 0, n);
            out.flush();
        }
    }
}
