package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns exceptions into text, bounded. Only errors get their frames; for a warning the words are
 * enough.
 */
final class StackTraces {
    private static final int MAX_FRAMES = 40;
    private static final int MAX_CAUSES = 5;

    private StackTraces() {}

    static LogRecord.Failure of(Level level, IThrowableProxy thrown) {
        List<String> trace = new ArrayList<>();
        if (level.isGreaterOrEqual(Level.ERROR)) {
            @Nullable IThrowableProxy next = thrown;
            for (int depth = 0; next != null && depth < MAX_CAUSES; depth++) {
                addFrames(trace, depth, next);
                next = next.getCause();
            }
        }
        return new LogRecord.Failure(text(thrown), trace);
    }

    private static void addFrames(List<String> trace, int depth, IThrowableProxy thrown) {
        if (depth > 0) {
            trace.add("Caused by: " + describe(thrown));
        }
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int own = frames.length - thrown.getCommonFrames();
        for (int i = 0; i < Math.min(own, MAX_FRAMES); i++) {
            trace.add("at " + frames[i].getStackTraceElement());
        }
        if (own > MAX_FRAMES) {
            trace.add("... " + (own - MAX_FRAMES) + " more");
        }
    }

    private static String text(IThrowableProxy thrown) {
        String message = thrown.getMessage();
        boolean speaks = thrown.getClassName().endsWith("IOException") && message != null;
        return speaks && message != null ? message : describe(thrown);
    }

    private static String describe(IThrowableProxy thrown) {
        String name = thrown.getClassName();
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return thrown.getMessage() == null ? simple : simple + ": " + thrown.getMessage();
    }
}
