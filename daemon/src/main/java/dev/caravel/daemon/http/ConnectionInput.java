package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a client sends, through one small buffer.
 *
 * <p>While a handler works without reading, nobody would notice a client that hangs up. {@link
 * #watch} then reads ahead on a thread of its own into the same buffer; whoever reads next waits
 * for that read instead of starting another.
 */
final class ConnectionInput extends InputStream {
    private static final int BUFFER_BYTES = 8192;

    /** Limits how long a raw read may take; zero is no limit. */
    interface ReadLimit {
        void set(Duration limit) throws IOException;
    }

    private final InputStream raw;
    private final ReadLimit readLimit;
    private final String watchName;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readAhead = lock.newCondition();
    private long deadlineNanos;
    private boolean endless = true;
    private int position;
    private int limit;
    private volatile boolean watching;
    private boolean ended;
    private @Nullable IOException failure;

    ConnectionInput(InputStream raw, ReadLimit readLimit, String watchName) {
        this.raw = raw;
        this.readLimit = readLimit;
        this.watchName = watchName;
    }

    /** Later reads, together, may wait this long from now on; zero is for ever. */
    void deadlineIn(Duration time) {
        endless = time.isZero();
        deadlineNanos = System.nanoTime() + time.toNanos();
    }

    /**
     * Makes at least one byte available.
     *
     * @return false at the end of the stream
     */
    boolean fill() throws IOException {
        if (!watching && position < limit) {
            return true;
        }
        lock.lock();
        try {
            awaitReadAhead();
            if (position < limit) {
                return true;
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            if (ended) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        readLimit.set(timeLeft());
        int count = raw.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(count, 0);
        ended = count < 0;
        return !ended;
    }

    private Duration timeLeft() throws SocketTimeoutException {
        if (endless) {
            return Duration.ZERO;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("client sent too little in the time it has");
        }
        return Duration.ofNanos(left);
    }

    private void awaitReadAhead() throws IOException {
        while (watching) {
            Duration left = timeLeft();
            try {
                readAhead.awaitNanos(left.isZero() ? Long.MAX_VALUE : left.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading");
            }
        }
    }

    /**
     * Reads ahead until bytes or the end arrive, and runs {@code onEnd} on that thread in the
     * latter case. Does nothing when bytes wait already: a client that pipelines is still there.
     */
    void watch(Runnable onEnd) throws IOException {
        lock.lock();
        try {
            if (watching || position < limit) {
                return;
            }
            if (!ended && failure == null) {
                readLimit.set(Duration.ZERO);
                watching = true;
                Thread.ofVirtual().name(watchName).start(() -> readAhead(onEnd));
                return;
            }
        } finally {
            lock.unlock();
        }
        onEnd.run();
    }

    private void readAhead(Runnable onEnd) {
        int count = -1;
        @Nullable IOException broken = null;
        try {
            count = raw.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            broken = e;
        }
        lock.lock();
        try {
            position = 0;
            limit = Math.max(count, 0);
            ended = count < 0;
            failure = broken;
            watching = false;
            readAhead.signalAll();
        } finally {
            lock.unlock();
        }
        if (count < 0) {
            onEnd.run();
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (length >= BUFFER_BYTES && !watching && position == limit && !ended && failure == null) {
            readLimit.set(timeLeft());
            int direct = raw.read(target, offset, length); // no copy for tunnels
            ended = direct < 0;
            return direct;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    /** Bytes that can be had without waiting on the network. */
    @Override
    public int available() {
        lock.lock();
        try {
            return watching ? 0 : limit - position;
        } finally {
            lock.unlock();
        }
    }
}
