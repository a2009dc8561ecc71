package dev.caravel.kubelet.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Turns the runtime's log lines ({@code time stream tag text}) into what people asked for, byte by
 * byte, so that a line of any length needs no memory. A line that no runtime wrote is left out.
 */
final class LogLines {

    /** Longer than any header: time stamp, stream and tag. */
    private static final int MAX_HEADER = 128;

    private enum At {
        HEADER,
        TEXT,
        /** In a line that is not to be shown. */
        REST
    }

    private final OutputStream out;
    private final boolean timestamps;
    private final Optional<Instant> since;
    private final byte[] header = new byte[MAX_HEADER];
    private int headerLength;
    private int spaces;
    private At at = At.HEADER;
    private boolean partial;
    private boolean afterPartial;
    private long bytesLeft;
    private long linesLeft;

    /**
     * @param lines of the log to read at most; a part of a long line counts as one
     * @param limit bytes to write at most
     */
    LogLines(
            OutputStream out, boolean timestamps, Optional<Instant> since, long lines, long limit) {
        this.out = out;
        this.timestamps = timestamps;
        this.since = since;
        this.linesLeft = lines;
        this.bytesLeft = limit;
    }

    /** Whether nothing more will be written. */
    boolean full() {
        return bytesLeft <= 0 || linesLeft <= 0;
    }

    /** Takes the next bytes of the file. */
    void write(byte[] bytes, int length) throws IOException {
        int i = 0;
        while (i < length && !full()) {
            if (at == At.HEADER) {
                header(bytes[i++]);
                continue;
            }
            int end = i;
            while (end < length && bytes[end] != '\n') {
                end++;
            }
            boolean ends = end < length;
            if (at == At.TEXT) {
                emit(bytes, i, end - i + (ends && !partial ? 1 : 0));
            }
            i = ends ? end + 1 : end;
            if (ends) {
                endLine();
            }
        }
    }

    private void header(byte b) throws IOException {
        if (b == '\n') {
            endLine();
            return;
        }
        header[headerLength++] = b;
        if (b == ' ' && ++spaces == 3) {
            beginText();
        } else if (headerLength == MAX_HEADER) {
            at = At.REST;
        }
    }

    private void beginText() throws IOException {
        String[] parts =
                new String(header, 0, headerLength, StandardCharsets.US_ASCII).split(" ", -1);
        Optional<Instant> time = time(parts[0]);
        if (time.isEmpty() || !(parts[1].equals("stdout") || parts[1].equals("stderr"))) {
            at = At.REST;
            return;
        }
        partial = parts[2].equals("P") || parts[2].startsWith("P:");
        boolean old = since.isPresent() && time.get().isBefore(since.get());
        at = old ? At.REST : At.TEXT;
        if (timestamps && !old && !afterPartial) {
            byte[] stamp = (fixed(parts[0]) + " ").getBytes(StandardCharsets.US_ASCII);
            emit(stamp, 0, stamp.length);
        }
        afterPartial = partial;
    }

    private static Optional<Instant> time(String stamp) {
        try {
            return Optional.of(OffsetDateTime.parse(stamp).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The same time with all nine digits of the nanoseconds; runtimes leave zeros out. */
    static String fixed(String stamp) {
        int zone = stamp.length() - (stamp.endsWith("Z") ? 1 : 6);
        int dot = stamp.indexOf('.');
        String fraction = dot < 0 ? "" : stamp.substring(dot + 1, zone);
        return stamp.substring(0, dot < 0 ? zone : dot)
                + "."
                + fraction
                + "0".repeat(Math.max(0, 9 - fraction.length()))
                + stamp.substring(zone);
    }

    private void endLine() {
        at = At.HEADER;
        headerLength = 0;
        spaces = 0;
        linesLeft--;
    }

    private void emit(byte[] bytes, int from, int length) throws IOException {
        int count = (int) Math.min(length, bytesLeft);
        out.write(bytes, from, count);
        bytesLeft -= count;
    }
}
