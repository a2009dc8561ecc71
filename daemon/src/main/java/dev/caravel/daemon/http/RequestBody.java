package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** The body of one request: a known length or chunks; bounded, never reads past its end. */
final class RequestBody extends InputStream {
    /** What is thrown away to keep a connection whose handler did not read the body (as in Go). */
    private static final long MAX_DRAIN_BYTES = 256 << 10;

    private static final int MAX_CHUNK_LINE = 256;
    private static final int MAX_TRAILER_BYTES = 4096;

    /** Tells the client to send its body; runs before the first read. */
    interface Invitation {
        void send() throws IOException;
    }

    private final ConnectionInput in;
    private final boolean chunked;
    private final long maxBytes;
    private final Duration patience;
    private final Invitation invitation;
    private long pieceLeft;
    private long total;
    private boolean started;
    private boolean ended;

    RequestBody(
            ConnectionInput in,
            RequestHead head,
            long maxBytes,
            Duration patience,
            Invitation invitation) {
        this.in = in;
        this.chunked = head.contentLength() == RequestHead.CHUNKED;
        this.maxBytes = maxBytes;
        this.patience = patience;
        this.invitation = invitation;
        this.pieceLeft = chunked ? 0 : head.contentLength();
        this.ended = head.contentLength() == 0;
    }

    /** True once everything was read. */
    boolean ended() {
        return ended;
    }

    /**
     * Reads and drops the rest.
     *
     * @return false when there is too much of it to keep the connection
     */
    boolean drain() throws IOException {
        byte[] scratch = ended ? new byte[0] : new byte[4096];
        long drained = 0;
        while (!ended) {
            int count = read(scratch, 0, scratch.length);
            drained += Math.max(count, 0);
            if (drained > MAX_DRAIN_BYTES) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        if (!started) {
            started = true;
            invitation.send();
        }
        in.deadlineIn(patience);
        if (chunked && pieceLeft == 0 && !nextChunk()) {
            return -1;
        }
        int count = in.read(target, offset, (int) Math.min(length, pieceLeft));
        if (count < 0) {
            throw new IOException("client ended the connection within a request body");
        }
        pieceLeft -= count;
        total += count;
        if (total > maxBytes) {
            throw new BadRequest(413, "request body larger than " + maxBytes + " bytes");
        }
        if (pieceLeft == 0) {
            if (chunked) {
                crlf();
            } else {
                ended = true;
            }
        }
        return count;
    }

    private boolean nextChunk() throws IOException {
        long size = 0;
        int digits = 0;
        int read = 0;
        boolean extension = false;
        int c = in.read();
        while (c != '\r') {
            if (c < 0 || c == '\n' || ++read > MAX_CHUNK_LINE) {
                throw new BadRequest(400, "malformed chunk");
            }
            extension |= c == ';' || c == ' ' || c == '\t';
            if (!extension) {
                int digit = c < 128 ? Character.digit(c, 16) : -1;
                if (digit < 0 || ++digits > 15) {
                    throw new BadRequest(400, "malformed chunk size");
                }
                size = size * 16 + digit;
            }
            c = in.read();
        }
        if (digits == 0 || in.read() != '\n') {
            throw new BadRequest(400, "malformed chunk size");
        }
        if (size == 0) {
            skipTrailers();
            ended = true;
            return false;
        }
        pieceLeft = size;
        return true;
    }

    private void skipTrailers() throws IOException {
        int read = 0;
        int lineLength = 0;
        while (true) {
            int c = in.read();
            if (c < 0 || c == '\n' || ++read > MAX_TRAILER_BYTES) {
                throw new BadRequest(400, "malformed trailer");
            }
            if (c != '\r') {
                lineLength++;
                continue;
            }
            if (in.read() != '\n') {
                throw new BadRequest(400, "malformed trailer");
            }
            if (lineLength == 0) {
                return;
            }
            lineLength = 0;
        }
    }

    private void crlf() throws IOException {
        if (in.read() != '\r' || in.read() != '\n') {
            throw new BadRequest(400, "malformed chunk end");
        }
    }
}
