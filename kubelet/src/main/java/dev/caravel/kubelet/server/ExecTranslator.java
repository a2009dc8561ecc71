package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.run.NamedThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * exec and attach for clients that speak {@code v5.channel.k8s.io}, the only WebSocket protocol in
 * which a client can end its input, with a runtime that knows it over SPDY alone (KEP-4006,
 * contract §3.2). The first byte of a message is the channel.
 */
final class ExecTranslator {

    private static final Logger log = LoggerFactory.getLogger(ExecTranslator.class);

    static final String PROTOCOL = "v5.channel.k8s.io";

    /** How the status of a command is told over SPDY: as a JSON object on the error stream. */
    private static final String INSIDE = "v4.channel.k8s.io";

    private static final byte STDIN = 0;
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte ERROR = 3;
    private static final byte RESIZE = 4;
    private static final byte ENDED = (byte) 255;
    private static final int MOST_STATUS = 64 << 10;
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private final WebSocket client;
    private final SpdyClient runtime;
    private final RuntimeStream connection;

    /** SPDY streams by channel, 0 for those that are not wanted. */
    private final int[] streams = new int[5];

    private final Set<Integer> open = new HashSet<>();
    private final ByteArrayOutputStream status = new ByteArrayOutputStream();
    private final byte[] outgoing = new byte[WebSocket.PIECE + 1];

    private ExecTranslator(WebSocket client, RuntimeStream connection) throws IOException {
        this.client = client;
        this.connection = connection;
        this.runtime =
                new SpdyClient(
                        connection.socket().getInputStream(),
                        connection.socket().getOutputStream());
    }

    /** Whether a request is for this translation. */
    static boolean isAskedFor(HttpExchange x) {
        return WebSocket.isAskedFor(x) && WebSocket.protocols(x).contains(PROTOCOL);
    }

    /** Serves one session. Once the WebSocket stands, failures are told on its error channel. */
    static void join(HttpExchange x, URI target, WantedStreams wanted)
            throws IOException, InterruptedException {
        Optional<String> problem = WebSocket.problem(x);
        if (problem.isPresent()) {
            x.respondText(400, problem.get() + "\n");
            return;
        }
        try (WebSocket client = WebSocket.accept(x, PROTOCOL)) {
            // Tells the client that the connection stands.
            byte first = wanted.stdout() ? STDOUT : wanted.stderr() ? STDERR : ERROR;
            client.send(new byte[] {first}, 0, 1);
            try (RuntimeStream opened = RuntimeStream.spdy(target, List.of(INSIDE))) {
                if (opened.answer().status() == 101) {
                    ExecTranslator session = new ExecTranslator(client, opened);
                    session.run(wanted);
                } else {
                    refused(client, opened);
                }
            } catch (IOException e) {
                fail(client, "the container runtime's streaming server gave no answer");
            }
        }
    }

    private static void refused(WebSocket client, RuntimeStream opened) throws IOException {
        byte[] body = opened.answer().body(opened.socket().getInputStream());
        fail(client, new String(body, StandardCharsets.UTF_8));
    }

    private static void fail(WebSocket client, String text) throws IOException {
        byte[] json = failure(text).getBytes(StandardCharsets.UTF_8);
        byte[] message = new byte[json.length + 1];
        message[0] = ERROR;
        System.arraycopy(json, 0, message, 1, json.length);
        client.send(message, 0, message.length);
        client.sendClose();
    }

    private static String failure(String text) {
        StringBuilder plain = new StringBuilder();
        text.strip()
                .chars()
                .forEach(c -> plain.append(c < ' ' || c == '"' || c == '\\' ? ' ' : (char) c));
        return "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"Internal error occurred: "
                + plain
                + "\",\"reason\":\"InternalError\",\"code\":500}";
    }

    private void run(WantedStreams wanted) throws IOException, InterruptedException {
        try (runtime) {
            openStreams(wanted);
            Thread up = NamedThreads.start("stream/up", this::copyUp);
            try {
                copyDown();
            } catch (IOException e) {
                log.debug("Session ended: {}", e.toString());
                client.close();
            }
            up.join(FAREWELL);
        }
    }

    private void openStreams(WantedStreams wanted) throws IOException {
        open(ERROR, "error");
        if (wanted.stdin()) {
            open(STDIN, "stdin");
        }
        if (wanted.stdout()) {
            open(STDOUT, "stdout");
        }
        if (wanted.stderr()) {
            open(STDERR, "stderr");
        }
        if (wanted.tty()) {
            open(RESIZE, "resize");
        }
    }

    private void open(byte channel, String type) throws IOException {
        streams[channel] = runtime.open(Map.of("streamtype", type));
        if (channel != STDIN && channel != RESIZE) {
            open.add(streams[channel]);
        }
    }

    private void copyUp() {
        byte[] buffer = new byte[WebSocket.PIECE];
        try {
            int channel = -1;
            Optional<WebSocket.Piece> piece = client.read(buffer);
            while (piece.isPresent()) {
                int from = 0;
                if (piece.get().beginsMessage()) {
                    channel = piece.get().length() == 0 ? -1 : buffer[0];
                    from = 1;
                }
                take(channel, buffer, from, piece.get().length() - from);
                piece = client.read(buffer);
            }
        } catch (IOException e) {
            log.debug("Stream from the client ended: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // Gone, or done: in both cases the runtime hears of it.
            connection.close();
        }
    }

    private void take(int channel, byte[] buffer, int from, int length)
            throws IOException, InterruptedException {
        if (length <= 0) {
            return;
        }
        if (channel == ENDED) {
            int ended = streamOf(buffer[from]);
            if (ended != 0) {
                runtime.await(ended);
                runtime.end(ended);
            }
            return;
        }
        int stream = streamOf(channel);
        if (stream != 0) {
            runtime.await(stream);
            runtime.send(stream, buffer, from, length);
        }
    }

    /** The stream of a channel the client may send on; 0 for others. */
    private int streamOf(int channel) {
        return channel == STDIN || channel == RESIZE ? streams[channel] : 0;
    }

    private void copyDown() throws IOException {
        runtime.read(
                new SpdyClient.Receiver() {
                    @Override
                    public void data(int stream, byte[] bytes, int length) throws IOException {
                        pass(stream, bytes, length);
                    }

                    @Override
                    public boolean ended(int stream) {
                        open.remove(stream);
                        return !open.isEmpty();
                    }
                });
        if (status.size() == 0) {
            fail(client, "the runtime ended the session without telling how the command ended");
        } else {
            byte[] json = status.toByteArray();
            byte[] message = new byte[json.length + 1];
            message[0] = ERROR;
            System.arraycopy(json, 0, message, 1, json.length);
            client.send(message, 0, message.length);
            client.sendClose();
        }
    }

    private void pass(int stream, byte[] bytes, int length) throws IOException {
        if (stream == streams[ERROR]) {
            status.write(bytes, 0, Math.min(length, MOST_STATUS - status.size()));
            return;
        }
        byte channel = stream == streams[STDERR] ? STDERR : STDOUT;
        if (stream == 0 || stream != streams[channel]) {
            return;
        }
        outgoing[0] = channel;
        System.arraycopy(bytes, 0, outgoing, 1, length);
        client.send(outgoing, 0, length + 1);
    }
}
