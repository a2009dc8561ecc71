package dev.caravel.kubelet.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Turns the runtime's log lines ({@code time stream tag text}) into what people asked for, byte by
 * byte, so that a line of any length needs no memory.
 */
final class LogLines {

    /** Longer than any header: time stamp, stream and tag. */
    private static final int MAX_HEADER = 128;

    private final OutputStream out;
    private final boolean timestamps;
    private final Optional<Instant> since;
    private final byte[] header = new byte[MAX_HEADER];
    private int headerLength;
    private int spaces;
    private boolean inText;
    private boolean skipping;
    private boolean partial;
    private boolean afterPartial;
    private long left;

    /**
     * @param limit bytes to write at most
     */
    LogLines(OutputStream out, boolean timestamps, Optional<Instant> since, long limit) {
        this.out = out;
        this.timestamps = timestamps;
        this.since = since;
        this.left = limit;
    }

    /** Whether the limit is reached. */
    boolean full() {
        return left <= 0;
    }

    void write(byte[] bytes, int length) throws IOException {
        int from = 0;
        for (int i = 0; i < length && left > 0; i++) {
            byte b = bytes[i];
            if (!inText) {
                header(b);
                from = i + 1;
            } else if (b == '\n') {
                emit(bytes, from, i - from + (partial ? 0 : 1));
                from = i + 1;
                endLine();
            }
        }
        if (inText && left > 0 && from < length) {
            emit(bytes, from, length - from);
        }
    }

    private void header(byte b) throws IOException {
        if (b == '\n' || headerLength == MAX_HEADER) {
            // No log line of a runtime: whoever wrote it does not get to confuse the rest.
            endLine();
            return;
        }
        header[headerLength++] = b;
        if (b == ' ' && ++spaces == 3) {
            beginText();
        }
    }

    private void beginText() throws IOException {
        String text = new String(header, 0, headerLength, StandardCharsets.US_ASCII);
        String[] parts = text.split(" ", -1);
        partial = parts[2].startsWith("P");
        skipping = since.isPresent() && !isSince(parts[0], since.get());
        inText = true;
        if (timestamps && !afterPartial) {
            byte[] stamp = (parts[0] + " ").getBytes(StandardCharsets.US_ASCII);
            emit(stamp, 0, stamp.length);
        }
    }

    private static boolean isSince(String stamp, Instant since) {
        try {
            return !java.time.OffsetDateTime.parse(stamp).toInstant().isBefore(since);
        } catch (DateTimeException e) {
            return true;
        }
    }

    private void endLine() {
        afterPartial = inText && partial;
        inText = false;
        headerLength = 0;
        spaces = 0;
    }

    private void emit(byte[] bytes, int from, int length) throws IOException {
        if (skipping || length <= 0) {
            return;
        }
        int count = (int) Math.min(length, left);
        out.write(bytes, from, count);
        left -= count;
    }
}
