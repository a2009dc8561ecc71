package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Duplex;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHeaders;
import dev.caravel.daemon.run.NamedThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Passes an upgraded connection (SPDY or WebSocket) on to the runtime's streaming server, byte for
 * byte (contract §3.2). What is spoken inside is no business of the kubelet's.
 */
final class StreamTunnel {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int MAX_HEAD = 64 << 10;
    private static final int BLOCK = 32 << 10;

    /** Headers that concern the client's connection to us alone. */
    private static final Set<String> OURS =
            Set.of("host", "authorization", "content-length", "transfer-encoding");

    private StreamTunnel() {}

    /** Joins client and runtime until both directions have ended. */
    static void join(HttpExchange x, URI target) throws IOException, InterruptedException {
        if (!x.headers().hasToken("Connection", "Upgrade")) {
            x.respondText(400, "Upgrade request required\n");
            return;
        }
        try (Socket runtime = new Socket()) {
            runtime.connect(
                    new InetSocketAddress(target.getHost(), target.getPort()), CONNECT_MILLIS);
            runtime.setTcpNoDelay(true);
            runtime.getOutputStream().write(request(x, target));
            runtime.getOutputStream().flush();
            InputStream in = runtime.getInputStream();
            Head head = Head.read(in);
            if (head.status != 101) {
                x.respond(head.status, head.contentType(), in.readNBytes(MAX_HEAD));
                return;
            }
            Thread up;
            try (Duplex client = x.upgrade(head.forClient())) {
                up = NamedThreads.start("stream/up", () -> copyUp(client, runtime));
                copyDown(in, client);
                // The runtime has said all: closing wakes a client that still sends to nobody.
            }
            up.join();
        }
    }

    private static byte[] request(HttpExchange x, URI target) {
        StringBuilder head = new StringBuilder();
        String path =
                target.getRawPath()
                        + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
        head.append(x.method()).append(' ').append(path).append(" HTTP/1.1\r\n");
        head.append("Host: ")
                .append(target.getHost())
                .append(':')
                .append(target.getPort())
                .append("\r\n");
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
            copy(client.input(), runtime.getOutputStream());
            runtime.shutdownOutput();
        } catch (IOException e) {
            // One side hung up. Closing the socket ends the other direction, which is all there is
            // to do.
            closeQuietly(runtime);
        }
    }

    private static void copyDown(InputStream in, Duplex client) {
        try {
            copy(in, client.output());
            client.shutdownOutput();
        } catch (IOException e) {
            client.close();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that cannot even be closed", e);
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK];
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
            out.write(block, 0, n);
            out.flush();
        }
    }

    /** The head of the runtime's answer. */
    private record Head(int status, List<HttpHeaders.Field> fields) {

        static Head read(InputStream in) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int ends = 0;
            while (ends < 2) {
                int b = in.read();
                if (b < 0 || bytes.size() >= MAX_HEAD) {
                    throw new IOException("the runtime's streaming server sent no usable answer");
                }
                bytes.write(b);
                if (b == '\n') {
                    ends++;
                } else if (b != '\r') {
                    ends = 0;
                }
            }
            return parse(bytes.toString(StandardCharsets.ISO_8859_1));
        }

        private static Head parse(String text) throws IOException {
            List<String> lines = text.lines().toList();
            String[] first = lines.getFirst().split(" ", 3);
            if (first.length < 2 || !first[1].matches("\\d{3}")) {
                throw new IOException(
                        "the runtime's streaming server answered '" + lines.getFirst() + "'");
            }
            List<HttpHeaders.Field> fields = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.add(
                            new HttpHeaders.Field(
                                    line.substring(0, colon), line.substring(colon + 1).trim()));
                }
            }
            return new Head(Integer.parseInt(first[1]), fields);
        }

        String contentType() {
            return fields.stream()
                    .filter(f -> f.name().equalsIgnoreCase("Content-Type"))
                    .map(HttpHeaders.Field::value)
                    .findFirst()
                    .orElse("text/plain; charset=utf-8");
        }

        /** The server adds {@code Connection} itself. */
        List<HttpHeaders.Field> forClient() {
            return fields.stream().filter(f -> !f.name().equalsIgnoreCase("Connection")).toList();
        }
    }
}
