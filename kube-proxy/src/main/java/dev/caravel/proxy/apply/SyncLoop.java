package dev.caravel.proxy.apply;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when one address family is synchronized (kube-proxy.md §4): at once when asked and the
 * last time is long enough ago, all requests in between together, again after a failure, completely
 * now and then. One thread; everything it drives belongs to that thread.
 */
public final class SyncLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SyncLoop.class);

    /** What is driven. */
    public interface Task {
        /**
         * Synchronizes.
         *
         * @param full whether to compare everything instead of what has changed
         * @throws IOException when it did not succeed; it is called again with {@code full}
         */
        void sync(boolean full) throws IOException;

        /**
         * Looks after the kernel between synchronizations.
         *
         * @return whether a full synchronization is needed
         */
        boolean check();
    }

    /**
     * Times of the loop.
     *
     * @param minGap from the end of one synchronization to the start of the next
     * @param retry from a failure to the next try
     * @param fullEvery how often everything is compared without reason
     * @param checkEvery how often {@link Task#check} is called
     */
    public record Timing(Duration minGap, Duration retry, Duration fullEvery, Duration checkEvery) {
        /** With the usual figures for what no configuration says. */
        public static Timing of(Duration minGap, Duration syncPeriod) {
            return new Timing(minGap, syncPeriod, Duration.ofHours(1), Duration.ofSeconds(10));
        }
    }

    private final String name;
    private final Task task;
    private final Timing timing;
    private final Ticks ticks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean requested;
    private boolean full = true;
    private boolean everything;
    private boolean failed;
    private boolean closed;
    private boolean ran;
    private long lastEnd;
    private long lastFull;
    private long lastCheck;
    private final Thread thread;

    /** Starts the loop; nothing happens before the first request. */
    public SyncLoop(String name, Task task, Timing timing, Ticks ticks) {
        this.name = name;
        this.task = task;
        this.timing = timing;
        this.ticks = ticks;
        this.lastCheck = ticks.nanos();
        this.thread = NamedThreads.start("sync/" + name, this::run);
    }

    /** Something has changed. */
    public void request() {
        request(false);
    }

    /** Everything may have changed. */
    public void requestFull() {
        request(true);
    }

    private void request(boolean everything) {
        lock.lock();
        try {
            requested = true;
            full |= everything;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private enum Work {
        SYNC,
        CHECK,
        END
    }

    private void run() {
        try {
            while (true) {
                switch (await()) {
                    case SYNC -> sync();
                    case CHECK -> check();
                    case END -> {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            log.debug("Sync loop {} was interrupted and ends", name);
        }
    }

    /** Waits until there is something to do. */
    private Work await() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                long now = ticks.nanos();
                long wait = syncIn(now);
                if (wait <= 0) {
                    everything = full || now - lastFull >= timing.fullEvery.toNanos();
                    full = false;
                    requested = false;
                    return Work.SYNC;
                }
                long checkIn = lastCheck + timing.checkEvery.toNanos() - now;
                if (ran && checkIn <= 0) {
                    lastCheck = now;
                    return Work.CHECK;
                }
                long sleep = ran ? Math.min(wait, checkIn) : wait;
                if (sleep == Long.MAX_VALUE) {
                    changed.await();
                } else {
                    long left = changed.awaitNanos(sleep);
                    log.trace("Sync loop {} woke {} ns early", name, left);
                }
            }
            return Work.END;
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds until the next synchronization is due. */
    private long syncIn(long now) {
        if (!ran) {
            return requested ? 0 : Long.MAX_VALUE;
        }
        long due = lastFull + timing.fullEvery.toNanos() - now;
        if (requested) {
            due = Math.min(due, lastEnd + timing.minGap.toNanos() - now);
        }
        if (failed) {
            due = Math.min(due, lastEnd + timing.retry.toNanos() - now);
        }
        return due;
    }

    private void sync() {
        boolean success = false;
        try {
            task.sync(everything);
            success = true;
        } catch (IOException | RuntimeException e) {
            // A fault in one family or one change must not end the proxy; the next run is complete.
            log.atError()
                    .setMessage("Sync failed")
                    .addKeyValue("ipFamily", name)
                    .addKeyValue("retryingTime", timing.retry)
                    .setCause(e)
                    .log();
        }
        lock.lock();
        try {
            ran = true;
            failed = !success;
            lastEnd = ticks.nanos();
            full |= failed;
            lastFull = everything || failed ? lastEnd : lastFull;
        } finally {
            lock.unlock();
        }
    }

    private void check() {
        boolean needed;
        try {
            needed = task.check();
        } catch (RuntimeException e) {
            log.atError()
                    .setMessage("Checking the kernel failed. Comparing everything next")
                    .addKeyValue("ipFamily", name)
                    .setCause(e)
                    .log();
            needed = true;
        }
        if (needed) {
            requestFull();
        }
    }

    /** Ends the loop after what it is doing. Rules stay in the kernel. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
