package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The head of the answer of the runtime's streaming server. */
record StreamAnswer(int status, HttpHeaders headers) {

    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_BODY = 64 << 10;

    /**
     * Reads up to the empty line and not a byte further.
     *
     * @throws IOException when what comes is no HTTP/1.1
     */
    static StreamAnswer read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the connection ended before the answer did");
            }
            if (bytes.size() >= MAX_HEAD) {
                throw new IOException("the head of the answer is longer than " + MAX_HEAD);
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

    private static StreamAnswer parse(String text) throws IOException {
        List<String> lines = text.lines().toList();
        List<String> first = List.of(lines.getFirst().split(" ", 3));
        List<HttpHeaders.Field> fields = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.add(
                        new HttpHeaders.Field(
                                line.substring(0, colon), line.substring(colon + 1).trim()));
            }
        }
        try {
            if (first.size() >= 2 && first.get(0).startsWith("HTTP/1.")) {
                int status = Integer.parseInt(first.get(1));
                if (status >= 100 && status <= 599) {
                    return new StreamAnswer(status, new HttpHeaders(fields));
                }
            }
        } catch (NumberFormatException e) {
            throw new IOException("the answer began with '" + lines.getFirst() + "'", e);
        }
        throw new IOException("the answer began with '" + lines.getFirst() + "'");
    }

    String contentType() {
        return headers.first("Content-Type").orElse("text/plain; charset=utf-8");
    }

    /** The body of a refusal: as long as announced, at most a little. */
    byte[] body(InputStream in) throws IOException {
        int length = MAX_BODY;
        try {
            length =
                    Math.min(
                            MAX_BODY,
                            headers.first("Content-Length")
                                    .map(Integer::parseInt)
                                    .orElse(MAX_BODY));
        } catch (NumberFormatException e) {
            throw new IOException("the answer has a Content-Length that is no number", e);
        }
        return in.readNBytes(Math.max(0, length));
    }

    /** What the client gets; the server adds {@code Connection} itself. */
    List<HttpHeaders.Field> forClient() {
        return headers.fields().stream()
                .filter(f -> !f.name().equalsIgnoreCase("Connection"))
                .toList();
    }
}
