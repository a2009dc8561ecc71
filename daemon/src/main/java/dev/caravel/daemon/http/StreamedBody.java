package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A response body of unknown length: chunks on HTTP/1.1, up to the end of the connection on 1.0.
 */
final class StreamedBody extends OutputStream {
    private static final int BUFFER_BYTES = 4096;

    private final OutputStream out;
    private final boolean chunked;
    private final boolean discard;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int count;
    private boolean closed;

    StreamedBody(OutputStream out, boolean chunked, boolean discard) {
        this.out = out;
        this.chunked = chunked;
        this.discard = discard;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void write(int b) throws IOException {
        requireOpen();
        if (count == buffer.length) {
            flush();
        }
        buffer[count++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        requireOpen();
        if (length <= buffer.length - count) {
            System.arraycopy(bytes, offset, buffer, count, length);
            count += length;
            return;
        }
        flush();
        piece(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        int waiting = count;
        count = 0;
        piece(buffer, 0, waiting);
    }

    private void piece(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0 || discard) {
            return;
        }
        if (!chunked) {
            out.write(bytes, offset, length);
            return;
        }
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] chunk = new byte[size.length + Math.min(length, BUFFER_BYTES) + 2];
        if (length <= BUFFER_BYTES) { // one record on the wire for the small ones
            System.arraycopy(size, 0, chunk, 0, size.length);
            System.arraycopy(bytes, offset, chunk, size.length, length);
            chunk[chunk.length - 2] = '\r';
            chunk[chunk.length - 1] = '\n';
            out.write(chunk);
            return;
        }
        out.write(size);
        out.write(bytes, offset, length);
        out.write(new byte[] {'\r', '\n'});
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("response already ended");
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        flush();
        closed = true;
        if (chunked && !discard) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
