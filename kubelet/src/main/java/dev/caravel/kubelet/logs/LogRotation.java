package dev.caravel.kubelet.logs;

import dev.caravel.daemon.run.DueQueue;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Inotify.Kind;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the logs of all running containers. A log that rests is watched by inotify, one that
 * grows is looked at as often as its pace asks for: so a log is rotated soon after it reaches its
 * limit, not with the next slow scan, and a busy log does not cost a wake-up a line. Every log is
 * looked at once an interval whatever the watch says.
 */
public final class LogRotation implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogRotation.class);

    /** The key under which the list of containers is looked at; no container has it as its ID. */
    private static final String LIST = "";

    /** A container that has just started is in the runtime's picture after so long. */
    private static final Duration SOON = Duration.ofMillis(100);

    private static final Set<Kind> WRITTEN = Set.of(Kind.MODIFY);

    private final Settings settings;
    private final Supplier<List<Running>> containers;
    private final LogRotator rotator;
    private final Ticks ticks;
    private final DueQueue looks;
    private final DueQueue compressions;
    private final Map<String, Tracked> tracked = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Optional<FileWatch> inotify;

    /**
     * Numbers of the configuration.
     *
     * @param podLogs {@code podLogsDir}
     * @param maxSize {@code containerLogMaxSize} in bytes; negative turns rotation off
     * @param maxFiles {@code containerLogMaxFiles}
     * @param workers {@code containerLogMaxWorkers}
     * @param interval {@code containerLogMonitorInterval}
     */
    public record Settings(
            Path podLogs, long maxSize, int maxFiles, int workers, Duration interval) {}

    /** A running container and its log. */
    public record Running(String id, Path log) {}

    /** What is remembered of a log; only the worker that has its key changes it, but its end. */
    private static final class Tracked {
        private final Path path;
        private long size;
        private long at;
        private boolean failed;
        private boolean ended;
        private FileWatch.@Nullable Registration watch;

        Tracked(Path path, long at) {
            this.path = path;
            this.at = at;
        }

        synchronized boolean watched() {
            return watch != null;
        }

        synchronized void keep(FileWatch.Registration registration) {
            watch = registration;
            if (ended) {
                unwatch();
            }
        }

        synchronized void unwatch() {
            FileWatch.Registration held = watch;
            watch = null;
            if (held != null) {
                try {
                    held.close();
                } catch (SystemCallException e) {
                    log.debug("Ending the watch of {}: {}", path, e.toString());
                }
            }
        }

        synchronized void end() {
            ended = true;
            unwatch();
        }
    }

    /**
     * Starts looking.
     *
     * @param containers the containers that run now
     * @param reopen asks the runtime to open the log of a container anew
     */
    public LogRotation(
            Settings settings,
            SafeFiles files,
            Supplier<List<Running>> containers,
            Consumer<String> reopen,
            Ticks ticks) {
        this.settings = settings;
        this.containers = containers;
        this.ticks = ticks;
        this.looks = new DueQueue(ticks);
        this.compressions = new DueQueue(ticks);
        this.rotator =
                new LogRotator(
                        files,
                        settings.podLogs,
                        settings.maxFiles,
                        reopen,
                        ticks,
                        ZoneId.systemDefault());
        if (settings.maxSize < 0) {
            inotify = Optional.empty();
            log.info("Container logs are not rotated: containerLogMaxSize is negative");
            return;
        }
        inotify = inotify();
        for (int i = 0; i < settings.workers; i++) {
            threads.add(NamedThreads.start("logs/" + i, () -> serve(looks, this::look)));
            threads.add(
                    NamedThreads.start("logs/gzip" + i, () -> serve(compressions, this::compress)));
        }
        looks.offer(LIST, Duration.ZERO);
    }

    private static Optional<FileWatch> inotify() {
        try {
            return Optional.of(
                    new FileWatch(Thread.ofPlatform().daemon().name("inotify/rotation").factory()));
        } catch (SystemCallException e) {
            log.warn(
                    "Container logs cannot be watched: {}. They are looked at every second.",
                    e.toString());
            return Optional.empty();
        }
    }

    /** A container has started: its log is looked after from now on. */
    public void started() {
        if (settings.maxSize >= 0) {
            looks.offer(LIST, SOON);
        }
    }

    private interface Work {
        void on(String key) throws InterruptedException;
    }

    private static void serve(DueQueue queue, Work work) {
        try {
            while (true) {
                String key = queue.take();
                try {
                    work.on(key);
                } catch (RuntimeException notForeseen) {
                    log.error("Looking after the log of container {} failed", key, notForeseen);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException e) {
            log.debug("Log rotation ends");
        }
    }

    private void look(String key) {
        if (key.equals(LIST)) {
            looks.offer(LIST, settings.interval);
            list();
            return;
        }
        Tracked t = tracked.get(key);
        if (t == null) {
            return;
        }
        try {
            looks.offer(key, look(key, t));
            t.failed = false;
        } catch (IOException e) {
            if (containers.get().stream().noneMatch(c -> c.id().equals(key))) {
                return;
            }
            looks.offer(key, settings.interval);
            if (!t.failed) {
                log.warn(
                        "Log {} of container {} cannot be rotated: {}. Next try in {} s; it may grow meanwhile.",
                        t.path,
                        key,
                        e.toString(),
                        settings.interval.toSeconds());
            }
            t.failed = true;
        }
    }

    /** Takes up what has started and lets go of what has ended. */
    private void list() {
        Map<String, Path> running = new HashMap<>();
        containers.get().forEach(c -> running.put(c.id(), c.log()));
        running.forEach((id, path) -> {
            if (tracked.putIfAbsent(id, new Tracked(path, ticks.nanos())) == null) {
                looks.offer(id, Duration.ZERO);
            }
        });
        tracked.forEach((id, t) -> {
            if (!running.containsKey(id) && tracked.remove(id, t)) {
                t.end();
            }
        });
    }

    /** Looks at one log and returns when to look again. */
    private Duration look(String id, Tracked t) throws IOException {
        OptionalLong found = rotator.size(t.path);
        if (found.isEmpty()) {
            // Somebody removed it: without a new one, what the container says is lost.
            rotator.reopen(id, t.path);
            found = rotator.size(t.path);
        }
        long now = ticks.nanos();
        long size = found.orElse(0);
        if (size >= settings.maxSize && size > 0) {
            rotate(id, t);
            size = rotator.size(t.path).orElse(0);
        }
        long grown = size - t.size;
        Duration since = Duration.ofNanos(Math.max(1, now - t.at));
        t.size = size;
        t.at = now;
        if (grown > 0) {
            boolean rested = t.watched();
            t.unwatch();
            // How long it rested says nothing about how fast it grows from now on.
            return rested ? LogPace.SHORTEST : LogPace.next(settings.maxSize - size, grown, since);
        }
        return rest(id, t);
    }

    private void rotate(String id, Tracked t) throws IOException {
        if (rotator.rotate(id, t.path)) {
            compressions.offer(t.path.toString(), Duration.ZERO);
        }
        log.debug("Rotated log {} of container {}", t.path, id);
    }

    /** Watches a log that does not grow; what was written before the watch began is looked for. */
    private Duration rest(String id, Tracked t) throws IOException {
        if (t.watched()) {
            return settings.interval;
        }
        Path folder = t.path.getParent();
        if (inotify.isEmpty() || folder == null) {
            return Duration.ofSeconds(1);
        }
        try {
            t.keep(inotify.get().watch(folder, WRITTEN, _ -> looks.offer(id, Duration.ZERO)));
        } catch (SystemCallException e) {
            log.debug("Watching {} failed: {}. It is looked at every second.", folder, e);
            return Duration.ofSeconds(1);
        }
        return rotator.size(t.path).orElse(0) == t.size ? settings.interval : Duration.ZERO;
    }

    private void compress(String path) throws InterruptedException {
        try {
            rotator.compress(Path.of(path));
        } catch (IOException e) {
            log.warn(
                    "Compressing what was rotated of {} failed: {}. The next rotation tries again.",
                    path,
                    e.toString());
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        inotify.ifPresent(FileWatch::close);
    }
}
