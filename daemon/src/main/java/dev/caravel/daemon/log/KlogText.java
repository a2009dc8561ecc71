package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;
import dev.caravel.config.GoDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * klog's text: {@code Lmmdd hh:mm:ss.uuuuuu threadid file:line] "msg" key="value"}. Where klog says
 * thread id it prints the process id, and so do we.
 */
final class KlogText {
    private static final int PID_WIDTH = 7;

    private final ZoneId zone;
    private final String pid;

    KlogText(ZoneId zone, long pid) {
        this.zone = zone;
        this.pid = " ".repeat(Math.max(0, PID_WIDTH - Long.toString(pid).length())) + pid;
    }

    /** Appends the record with its line end; further lines, if any, begin with a tab or blank. */
    void append(StringBuilder out, LogRecord record) {
        header(out, record);
        GoQuote.append(out, record.message());
        record.failure().ifPresent(failure -> pair(out, "err", failure.text()));
        for (KeyValuePair pair : record.pairs()) {
            pair(out, pair.key, pair.value);
        }
        if (record.repeated() > 0) {
            pair(out, "repeated", record.repeated());
        }
        if (record.failure().isPresent()) {
            for (String frame : record.failure().get().trace()) {
                out.append("\n\t").append(frame);
            }
        }
        out.append('\n');
    }

    private void header(StringBuilder out, LogRecord record) {
        LocalDateTime time = LocalDateTime.ofInstant(record.time(), zone);
        out.append(letter(record.level()));
        padded(out, time.getMonthValue(), 2);
        padded(out, time.getDayOfMonth(), 2);
        out.append(' ');
        padded(out, time.getHour(), 2);
        out.append(':');
        padded(out, time.getMinute(), 2);
        out.append(':');
        padded(out, time.getSecond(), 2);
        out.append('.');
        padded(out, time.getNano() / 1000, 6);
        out.append(' ').append(pid).append(' ').append(record.caller().file());
        out.append(':').append(record.caller().line()).append("] ");
    }

    private static char letter(Level level) {
        if (level.isGreaterOrEqual(Level.ERROR)) {
            return 'E';
        }
        return level == Level.WARN ? 'W' : 'I';
    }

    private static void padded(StringBuilder out, int number, int width) {
        int limit = 1;
        for (int i = 1; i < width; i++) {
            limit *= 10;
        }
        for (; limit > 1 && number < limit; limit /= 10) {
            out.append('0');
        }
        out.append(number);
    }

    private static void pair(StringBuilder out, String key, @Nullable Object value) {
        out.append(' ').append(key);
        String text = value == null ? "" : String.valueOf(value);
        if (!(value instanceof Iterable<?>) && text.indexOf('\n') >= 0) {
            block(out, text);
        } else {
            out.append('=');
            value(out, value);
        }
    }

    private static void value(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("<nil>");
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag);
            case Optional<?> optional -> value(out, optional.orElse(null));
            case Duration duration -> GoQuote.append(out, GoDuration.format(duration));
            case Instant instant -> GoQuote.append(out, instant.toString());
            // A path is an Iterable of paths, without end.
            case Path path -> GoQuote.append(out, path.toString());
            case Iterable<?> values -> list(out, values.iterator());
            default -> GoQuote.append(out, String.valueOf(value));
        }
    }

    private static void list(StringBuilder out, Iterator<?> values) {
        out.append('[');
        while (values.hasNext()) {
            value(out, values.next());
            if (values.hasNext()) {
                out.append(',');
            }
        }
        out.append(']');
    }

    /** klog shows values of several lines indented between {@code <} and {@code >}. */
    private static void block(StringBuilder out, String text) {
        out.append("=<\n\t");
        String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        out.append(lines.replace("\n", "\n\t")).append("\n >");
    }
}
