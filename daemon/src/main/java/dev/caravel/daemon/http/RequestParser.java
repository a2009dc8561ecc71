package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads request heads strictly (RFC 9112): whatever two parsers could read differently is refused,
 * so that nothing can be smuggled past a proxy in front of us.
 */
final class RequestParser {
    /** Far more than any client sends; keeps a head of the full size from costing many objects. */
    private static final int MAX_FIELDS = 500;

    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private final InputStream in;
    private final int maxHeadBytes;
    private int left;

    RequestParser(InputStream in, int maxHeadBytes) {
        this.in = in;
        this.maxHeadBytes = maxHeadBytes;
    }

    /**
     * Reads the next head.
     *
     * @return empty when the client ended the connection between requests
     * @throws BadRequest when it cannot be taken
     */
    Optional<RequestHead> next() throws IOException {
        left = maxHeadBytes;
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        if (first == '\r') { // RFC 9112 §2.2: ignore one empty line before a request
            expect('\n');
            first = in.read();
            if (first < 0) {
                return Optional.empty();
            }
        }
        String requestLine = line(first);
        int space = requestLine.indexOf(' ');
        int lastSpace = requestLine.lastIndexOf(' ');
        if (space <= 0 || lastSpace == space) {
            throw new BadRequest(400, "malformed request line");
        }
        String method = requestLine.substring(0, space);
        String target = requestLine.substring(space + 1, lastSpace);
        int minor = minorVersion(requestLine.substring(lastSpace + 1));
        requireToken(method, "method");
        requireTarget(method, target);
        HttpHeaders headers = headers();
        requireHost(headers, minor);
        return Optional.of(new RequestHead(method, target, minor, headers, length(headers, minor)));
    }

    private static int minorVersion(String version) throws BadRequest {
        return switch (version) {
            case "HTTP/1.1" -> 1;
            case "HTTP/1.0" -> 0;
            default -> throw new BadRequest(505, "unsupported protocol version");
        };
    }

    private static void requireTarget(String method, String target) throws BadRequest {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw new BadRequest(400, "malformed request target");
            }
        }
        boolean star = target.equals("*") && method.equals("OPTIONS");
        String lower = target.toLowerCase(Locale.ROOT);
        boolean absolute = lower.startsWith("http://") || lower.startsWith("https://");
        if (!target.startsWith("/") && !star && !absolute) {
            throw new BadRequest(400, "unsupported request target");
        }
    }

    private HttpHeaders headers() throws IOException {
        List<HttpHeaders.Field> fields = new ArrayList<>();
        while (true) {
            String line = line(in.read());
            if (line.isEmpty()) {
                return new HttpHeaders(fields);
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new BadRequest(400, "malformed header");
            }
            String name = line.substring(0, colon);
            requireToken(name, "header name"); // also refuses folded lines and blanks before ':'
            String value = line.substring(colon + 1).strip();
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if ((c < ' ' && c != '\t') || c == 0x7f) {
                    throw new BadRequest(400, "malformed header value");
                }
            }
            if (fields.size() == MAX_FIELDS) {
                throw new BadRequest(431, "too many headers");
            }
            fields.add(new HttpHeaders.Field(name, value));
        }
    }

    private static void requireHost(HttpHeaders headers, int minor) throws BadRequest {
        int hosts = headers.all("Host").size();
        if (hosts > 1 || (hosts == 0 && minor >= 1)) {
            throw new BadRequest(400, "exactly one Host header is required");
        }
    }

    private static long length(HttpHeaders headers, int minor) throws BadRequest {
        List<String> encodings = headers.all("Transfer-Encoding");
        List<String> lengths = headers.all("Content-Length");
        if (!encodings.isEmpty()) {
            if (!lengths.isEmpty() || minor == 0) {
                throw new BadRequest(400, "ambiguous body length");
            }
            if (encodings.size() != 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
                throw new BadRequest(501, "unsupported transfer encoding");
            }
            return RequestHead.CHUNKED;
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        String text = lengths.getFirst();
        boolean digits = !text.isEmpty() && text.length() <= 18;
        for (int i = 0; i < text.length(); i++) {
            digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (lengths.size() != 1 || !digits) {
            throw new BadRequest(400, "malformed Content-Length");
        }
        return Long.parseLong(text);
    }

    private static void requireToken(String text, String what) throws BadRequest {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && TOKEN_SYMBOLS.indexOf(c) < 0) {
                throw new BadRequest(400, "malformed " + what);
            }
        }
    }

    /** The line that begins with {@code first}, without its CRLF; a lone CR or LF is refused. */
    private String line(int first) throws IOException {
        byte[] bytes = new byte[128];
        int count = 0;
        int c = first;
        while (c != '\r') {
            if (c < 0) {
                throw new IOException("client ended the connection within a request");
            }
            if (c == '\n') {
                throw new BadRequest(400, "line without CR");
            }
            if (--left < 0) {
                throw new BadRequest(431, "request head too large");
            }
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, count * 2);
            }
            bytes[count++] = (byte) c;
            c = in.read();
        }
        left -= 2;
        expect('\n');
        return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    }

    private void expect(char wanted) throws IOException {
        if (in.read() != wanted) {
            throw new BadRequest(400, "line without LF");
        }
    }
}
