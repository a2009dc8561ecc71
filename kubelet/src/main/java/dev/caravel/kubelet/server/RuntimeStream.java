package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHeaders;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the runtime's streaming server that was asked to switch protocols.
 *
 * @param answer what the server said; a status other than 101 is a refusal
 */
record RuntimeStream(Socket socket, StreamAnswer answer) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RuntimeStream.class);

    private static final int CONNECT_MILLIS = 10_000;

    /** The runtime answers before it starts anything, so more means that it hangs. */
    private static final int ANSWER_MILLIS = 30_000;

    /** Headers that concern the client's connection to us alone. */
    private static final Set<String> OURS =
            Set.of("host", "authorization", "content-length", "transfer-encoding");

    /**
     * Asks for the protocol the client asks for.
     *
     * @throws IOException when there is no answer; logged already
     */
    static RuntimeStream asAsked(HttpExchange x, URI target) throws IOException {
        List<HttpHeaders.Field> headers =
                x.headers().fields().stream()
                        .filter(f -> !OURS.contains(f.name().toLowerCase(Locale.ROOT)))
                        .toList();
        return open(target, x.method(), headers);
    }

    /**
     * Asks for SPDY, whatever the client speaks.
     *
     * @param protocols spoken inside, in the order of preference
     * @throws IOException when there is no answer; logged already
     */
    static RuntimeStream spdy(URI target, List<String> protocols) throws IOException {
        List<HttpHeaders.Field> headers = new ArrayList<>();
        headers.add(new HttpHeaders.Field("Connection", "Upgrade"));
        headers.add(new HttpHeaders.Field("Upgrade", "SPDY/3.1"));
        for (String protocol : protocols) {
            headers.add(new HttpHeaders.Field("X-Stream-Protocol-Version", protocol));
        }
        return open(target, "POST", headers);
    }

    private static RuntimeStream open(URI target, String method, List<HttpHeaders.Field> headers)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(target.getHost(), target.getPort()), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(request(target, method, headers));
            socket.getOutputStream().flush();
            StreamAnswer answer = StreamAnswer.read(socket.getInputStream());
            if (answer.status() == 101) {
                socket.setSoTimeout(0);
            }
            return new RuntimeStream(socket, answer);
        } catch (IOException e) {
            closeQuietly(socket);
            log.warn(
                    "The runtime's streaming server at {}:{} gave no answer: {}. The client is told so.",
                    target.getHost(),
                    target.getPort(),
                    e.toString());
            throw e;
        }
    }

    private static byte[] request(URI target, String method, List<HttpHeaders.Field> headers) {
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(target.getRawPath()).append(query);
        head.append(" HTTP/1.1\r\nHost: ").append(target.getRawAuthority()).append("\r\n");
        for (HttpHeaders.Field f : headers) {
            head.append(f.name()).append(": ").append(f.value()).append("\r\n");
        }
        if (method.equals("POST")) {
            head.append("Content-Length: 0\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Passes a refusal on to the client. */
    void refuse(HttpExchange x) throws IOException {
        x.respond(answer.status(), answer.contentType(), answer.body(socket.getInputStream()));
    }

    /** Ends both directions at once. */
    @Override
    public void close() {
        closeQuietly(socket);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("Closing a stream to the runtime: {}", e.toString());
        }
    }
}
