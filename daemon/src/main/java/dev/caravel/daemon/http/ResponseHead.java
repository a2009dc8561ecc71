package dev.caravel.daemon.http;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The status line and headers of a response, as bytes. */
record ResponseHead(
        int status, String contentType, List<HttpHeaders.Field> headers, boolean keepAlive) {
    /** Bodies up to this size go out in one write with the head. */
    static final int JOIN_BYTES = 16 << 10;

    static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    /**
     * @param framing the header line that says how long the body is, with its CRLF, or empty
     */
    byte[] bytes(String framing) {
        StringBuilder text = statusLine(status);
        text.append("Date: ").append(HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
        text.append("\r\n");
        if (!contentType.isEmpty()) {
            field(text, "Content-Type", contentType);
        }
        for (HttpHeaders.Field header : headers) {
            field(text, header.name(), header.value());
        }
        text.append(framing);
        if (!keepAlive) {
            text.append("Connection: close\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] switchingProtocols(List<HttpHeaders.Field> headers) {
        StringBuilder text = statusLine(101);
        field(text, "Connection", "Upgrade");
        for (HttpHeaders.Field header : headers) {
            if (!header.name().equalsIgnoreCase("Connection")) {
                field(text, header.name(), header.value());
            }
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static StringBuilder statusLine(int status) {
        return new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(StatusText.of(status))
                .append("\r\n");
    }

    private static void field(StringBuilder text, String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '\r' || value.charAt(i) == '\n') {
                throw new IllegalArgumentException("line break in the value of header " + name);
            }
        }
        text.append(name).append(": ").append(value).append("\r\n");
    }
}
