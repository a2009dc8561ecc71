package dev.caravel.daemon.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * One HTTP/2 connection, as the JDK keeps one per client and host. The API server allows 100
 * streams on it, so a kubelet that watches each Secret and ConfigMap of its pods needs a few.
 */
final class Shard {
    /** Leaves room for ordinary requests below the server's 100. */
    static final int MAX_STREAMS = 60;

    private final HttpClient client;
    private final ConnectionHealth health;
    private final LongSupplier nanos;
    private final AtomicInteger streams = new AtomicInteger();

    Shard(HttpClient client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
        this.health = new ConnectionHealth(nanos.getAsLong());
    }

    HttpClient client() {
        return client;
    }

    ConnectionHealth health() {
        return health;
    }

    int streams() {
        return streams.get();
    }

    /** Reserves room for one watch. */
    boolean tryOpen() {
        return streams.incrementAndGet() <= MAX_STREAMS || streams.decrementAndGet() < 0;
    }

    void closeStream() {
        streams.decrementAndGet();
    }

    /**
     * {@code body} with an eye on whether the server still speaks, releasing its room when closed.
     */
    InputStream watched(InputStream body) {
        return new FilterInputStream(body) {
            private boolean closed;

            @Override
            public int read() throws IOException {
                int value = super.read();
                health.heard(nanos.getAsLong());
                return value;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                health.heard(nanos.getAsLong());
                return count;
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    closeStream();
                    super.close();
                }
            }
        };
    }
}
