package dev.caravel.kubelet.server;

import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.sys.Inotify.Kind;
import dev.caravel.linux.sys.SystemCallException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes those who follow logs when something is written, through one inotify instance for all. It
 * is opened with the first follower; without inotify every follower looks once a second.
 */
final class LogWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogWatch.class);

    private static final Set<Kind> WRITTEN =
            EnumSet.of(Kind.MODIFY, Kind.CREATE, Kind.MOVED_FROM, Kind.MOVED_TO, Kind.DELETE);

    private @Nullable FileWatch watch;
    private boolean closed;

    /** Watches the folder of a log. */
    Follower follow(Path folder) {
        Follower follower = new Follower();
        try {
            Optional<FileWatch> inotify = inotify();
            if (inotify.isPresent()) {
                follower.registration =
                        inotify.get().watch(folder, WRITTEN, c -> follower.wake(c.kinds()));
            }
        } catch (SystemCallException e) {
            log.info("Watching {} failed: {}. Its log is read every second.", folder, e.toString());
        }
        return follower;
    }

    private synchronized Optional<FileWatch> inotify() throws SystemCallException {
        if (watch == null && !closed) {
            watch = new FileWatch(Thread.ofPlatform().daemon().name("inotify/logs").factory());
        }
        return Optional.ofNullable(watch);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
    }

    /** One who follows a log. */
    static final class Follower implements AutoCloseable {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private boolean written;
        private boolean moved;
        private FileWatch.@Nullable Registration registration;

        private void wake(Set<Kind> kinds) {
            lock.lock();
            try {
                written = true;
                moved |= kinds.size() != 1 || !kinds.contains(Kind.MODIFY);
                changed.signal();
            } finally {
                lock.unlock();
            }
        }

        /** Wakes the follower for a reason of the caller's. */
        void wake() {
            wake(Set.of());
        }

        /**
         * Waits for the next change, at most so long.
         *
         * @return whether the log may have been rotated
         */
        boolean await(Duration most) throws InterruptedException {
            lock.lock();
            try {
                long left = most.toNanos();
                while (!written && left > 0) {
                    left = changed.awaitNanos(left);
                }
                boolean look = moved || !written;
                written = false;
                moved = false;
                return look;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            FileWatch.Registration held = registration;
            if (held == null) {
                return;
            }
            try {
                held.close();
            } catch (SystemCallException e) {
                // The folder is gone, and the watch with it.
                log.debug("Ending a watch: {}", e.toString());
            }
        }
    }
}
