package dev.caravel.daemon.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection, as the JDK keeps one per client and host. The API server allows 100
 * streams on it, so a kubelet that watches each Secret and ConfigMap of its pods needs a few.
 */
final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    /** Leaves room for ordinary requests below the server's 100. */
    static final int MAX_STREAMS = 60;

    private final HttpClient client;
    private final ConnectionHealth health;
    private final LongSupplier nanos;
    private final AtomicInteger streams = new AtomicInteger();
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();

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
     *
     * @param deadline monotonic nanoseconds by which the server itself ends the stream; past it
     *     {@link #closeOverdue} does, because the server's end was lost with the connection
     */
    InputStream watched(InputStream body, long deadline) {
        Stream stream = new Stream(body, deadline);
        open.add(stream);
        return stream;
    }

    /** Closes streams the server should have ended. */
    void closeOverdue() {
        long now = nanos.getAsLong();
        for (Stream stream : open) {
            if (now - stream.deadline > 0) {
                LOG.info("A watch has outlived its time; its connection is dead");
                stream.abandon();
            }
        }
    }

    private final class Stream extends FilterInputStream {
        private final long deadline;

        Stream(InputStream body, long deadline) {
            super(body);
            this.deadline = deadline;
        }

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
            if (open.remove(this)) {
                closeStream();
                super.close();
            }
        }

        void abandon() {
            try {
                close();
            } catch (IOException e) {
                LOG.debug("Closing a dead watch: {}", e.toString());
            }
        }
    }
}
