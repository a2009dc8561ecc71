package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A raw byte connection in both directions after an upgrade. Reads and writes block, so a slow
 * reader holds its writer and nothing piles up. One thread may read while another writes.
 */
public interface Duplex extends AutoCloseable {
    /** Bytes from the peer; ends when the peer has ended its direction. */
    InputStream input();

    /** Bytes to the peer, sent on flush or when the small buffer is full. */
    OutputStream output();

    /** Ends our direction (FIN, or close_notify on TLS) and leaves the other one open. */
    void shutdownOutput() throws IOException;

    /** Ends both directions at once and wakes blocked readers and writers. Idempotent. */
    @Override
    void close();
}
