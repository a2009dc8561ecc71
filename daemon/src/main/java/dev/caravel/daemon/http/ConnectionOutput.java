package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * The bytes to a client. A write blocks while the client does not read; the server ends connections
 * whose write has made no progress for {@link #stallLimit}.
 */
final class ConnectionOutput extends OutputStream {
    /** Progress is seen in steps of this size. */
    private static final int STEP_BYTES = 32 << 10;

    private final OutputStream raw;
    private volatile Duration stallLimit;
    private volatile long blockedSince;
    private volatile boolean blocked;

    ConnectionOutput(OutputStream raw, Duration stallLimit) {
        this.raw = raw;
        this.stallLimit = stallLimit;
    }

    void stallLimit(Duration limit) {
        stallLimit = limit;
    }

    /** True when a write has been stuck for longer than allowed. */
    boolean stalled(long nanos) {
        Duration limit = stallLimit;
        return blocked && !limit.isZero() && nanos - blockedSince > limit.toNanos();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int step = Math.min(STEP_BYTES, length - done);
            blockedSince = System.nanoTime();
            blocked = true;
            try {
                raw.write(bytes, offset + done, step);
            } finally {
                blocked = false;
            }
            done += step;
        }
    }
}
