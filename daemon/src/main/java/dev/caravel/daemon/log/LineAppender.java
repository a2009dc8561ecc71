package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Formats records on the thread that logs them and writes each with one call, whole. A destination
 * that fails costs the record, never the caller.
 */
final class LineAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final LogFormat format;
    private final boolean journal;
    private final LogSink stderr;
    private final Optional<RotatingFile> file;
    private final KlogText text;
    private final JsonLine json = new JsonLine();
    private final RepeatLimiter repeats = new RepeatLimiter();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean fileBroken;

    /**
     * @param journal prefix each line on stderr with its priority
     */
    LineAppender(LogFormat format, boolean journal, LogSink stderr, Optional<RotatingFile> file) {
        this.format = format;
        this.journal = journal;
        this.stderr = stderr;
        this.file = file;
        this.text = new KlogText(ZoneId.systemDefault(), ProcessHandle.current().pid());
    }

    @Override
    protected void append(ILoggingEvent event) {
        long hash = hash(event);
        long repeated;
        lock.lock();
        try {
            repeated = repeats.admit(hash, System.nanoTime());
        } finally {
            lock.unlock();
        }
        if (repeated != RepeatLimiter.LEAVE_OUT) {
            StringBuilder line = new StringBuilder(256);
            write(event.getLevel(), line, record(event, repeated));
        }
    }

    private static long hash(ILoggingEvent event) {
        long hash = RepeatLimiter.hash(RepeatLimiter.SEED, event.getLoggerName());
        hash = RepeatLimiter.hash(hash, event.getFormattedMessage());
        var pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (var pair : pairs) {
                hash = RepeatLimiter.hash(hash, pair.key);
                hash = RepeatLimiter.hash(hash, String.valueOf(pair.value));
            }
        }
        var thrown = event.getThrowableProxy();
        return thrown == null
                ? hash
                : RepeatLimiter.hash(hash, String.valueOf(thrown.getMessage()));
    }

    private static LogRecord record(ILoggingEvent event, long repeated) {
        var pairs = event.getKeyValuePairs();
        return new LogRecord(
                event.getInstant(),
                event.getLevel(),
                Caller.find(),
                event.getFormattedMessage(),
                pairs == null ? List.of() : pairs,
                Optional.ofNullable(event.getThrowableProxy())
                        .map(thrown -> StackTraces.of(event.getLevel(), thrown)),
                repeated);
    }

    private void write(Level level, StringBuilder line, LogRecord record) {
        if (format == LogFormat.JSON) {
            json.append(line, record);
        } else {
            text.append(line, record);
        }
        boolean toStderr = file.isEmpty() || level.isGreaterOrEqual(Level.ERROR);
        lock.lock();
        try {
            file.ifPresent(target -> toFile(target, line));
            if (toStderr || fileBroken) {
                toStderr(level, line);
            }
        } finally {
            lock.unlock();
        }
    }

    private void toFile(RotatingFile target, StringBuilder line) {
        try {
            send(target, line);
            fileBroken = false;
        } catch (IOException e) {
            if (!fileBroken) {
                fileBroken = true;
                addWarn("log file failed, logging to stderr until it works again", e);
            }
        }
    }

    private void toStderr(Level level, StringBuilder line) {
        try {
            send(stderr, journal ? withPriority(level, line) : line);
        } catch (IOException e) {
            addWarn("stderr failed", e); // nobody is left to tell
        }
    }

    private static void send(LogSink sink, StringBuilder line) throws IOException {
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        sink.write(bytes, bytes.length);
    }

    /** sd-daemon(3): the priority holds for one line, so every physical line needs its own. */
    private static StringBuilder withPriority(Level level, StringBuilder line) {
        String prefix = "<" + priority(level) + ">";
        StringBuilder out = new StringBuilder(line.length() + 16);
        int start = 0;
        while (start < line.length()) {
            int end = line.indexOf("\n", start) + 1;
            out.append(prefix).append(line, start, end);
            start = end;
        }
        return out;
    }

    private static int priority(Level level) {
        if (level.isGreaterOrEqual(Level.ERROR)) {
            return 3;
        }
        if (level == Level.WARN) {
            return 4;
        }
        return level == Level.INFO ? 6 : 7;
    }

    @Override
    public void stop() {
        super.stop();
        lock.lock();
        try {
            if (file.isPresent()) {
                file.get().close();
            }
        } catch (IOException e) {
            addWarn("closing the log file", e);
        } finally {
            lock.unlock();
        }
    }
}
