package dev.caravel.daemon.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a watch into its events, one a line as the API server writes them. While nothing comes it
 * holds no buffer: a kubelet has hundreds of watches, and nearly all are silent.
 */
final class JsonLines {
    private static final int FIRST_BYTES = 4 << 10;

    private final InputStream in;
    private final int maxBytes;
    private byte[] bytes = new byte[0];
    private int start;
    private int end;

    /**
     * @param maxBytes of one line
     */
    JsonLines(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** One line in a buffer that is used again for the next. */
    interface Line {
        void read(byte[] buffer, int offset, int length) throws IOException;
    }

    /**
     * Waits for the next line and passes it on; empty lines are skipped.
     *
     * @return false at the end of the stream
     * @throws IOException also when the stream ends within a line
     */
    boolean next(Line line) throws IOException {
        int searched = start;
        while (true) {
            int newline = indexOfNewline(searched);
            if (newline >= 0) {
                int from = start;
                start = newline + 1;
                if (newline > from) {
                    line.read(bytes, from, newline - from);
                    return true;
                }
                searched = start;
                continue;
            }
            int held = end - start;
            if (!fill()) {
                if (held > 0) {
                    throw new IOException("the stream ended within an event");
                }
                return false;
            }
            searched = start + held;
        }
    }

    private int indexOfNewline(int from) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        if (start == end) {
            bytes = new byte[0]; // wait with empty hands
            start = 0;
            end = 0;
            int first = in.read();
            if (first < 0) {
                return false;
            }
            bytes = new byte[FIRST_BYTES];
            bytes[end++] = (byte) first;
            return true;
        }
        if (start > 0) {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == bytes.length) {
            if (bytes.length >= maxBytes) {
                throw new IOException("an event is larger than " + maxBytes + " bytes");
            }
            bytes = Arrays.copyOf(bytes, Math.min(maxBytes, bytes.length * 2));
        }
        int count = in.read(bytes, end, bytes.length - end);
        end += Math.max(count, 0);
        return count >= 0;
    }
}
