package dev.caravel.daemon.log;

import dev.caravel.config.GoDuration;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * component-base's JSON: {@code ts} in milliseconds, {@code caller}, {@code msg}, {@code v} on what
 * is not an error, {@code err}, then the pairs.
 */
final class JsonLine {
    private static final String HEX = "0123456789abcdef";

    /** Appends the record as one line with its line end. */
    void append(StringBuilder out, LogRecord record) {
        Instant time = record.time();
        BigDecimal millis =
                BigDecimal.valueOf(time.getEpochSecond() * 1_000_000 + time.getNano() / 1000, 3);
        out.append("{\"ts\":").append(millis.stripTrailingZeros().toPlainString());
        Caller caller = record.caller();
        String directory = caller.directory().isEmpty() ? "" : caller.directory() + "/";
        string(out.append(",\"caller\":"), directory + caller.file() + ":" + caller.line());
        string(out.append(",\"msg\":"), record.message());
        if (record.level().isGreaterOrEqual(ch.qos.logback.classic.Level.ERROR)) {
            string(
                    out.append(",\"err\":"),
                    record.failure().map(LogRecord.Failure::text).orElse(""));
        } else {
            out.append(",\"v\":").append(Verbosity.of(record.level()));
            record.failure().ifPresent(failure -> pair(out, "err", failure.text()));
        }
        for (KeyValuePair pair : record.pairs()) {
            pair(out, pair.key, pair.value);
        }
        if (record.repeated() > 0) {
            pair(out, "repeated", record.repeated());
        }
        record.failure()
                .map(LogRecord.Failure::trace)
                .filter(trace -> !trace.isEmpty())
                .ifPresent(trace -> pair(out, "stacktrace", String.join("\n", trace)));
        out.append("}\n");
    }

    private static void pair(StringBuilder out, String key, @Nullable Object value) {
        string(out.append(','), key);
        out.append(':');
        value(out, value);
    }

    private static void value(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Double number when !Double.isFinite(number) -> string(out, number.toString());
            case Float number when !Float.isFinite(number) -> string(out, number.toString());
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag);
            case Optional<?> optional -> value(out, optional.orElse(null));
            case Duration duration -> string(out, GoDuration.format(duration));
            // A path is an Iterable of paths, without end.
            case Path path -> string(out, path.toString());
            case Iterable<?> values -> list(out, values.iterator());
            default -> string(out, String.valueOf(value));
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

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    boolean lone = Character.isSurrogate(c) && !paired(text, i);
                    if (c < ' ' || lone) {
                        out.append("\\u");
                        for (int shift = 12; shift >= 0; shift -= 4) {
                            out.append(HEX.charAt((c >> shift) & 0xf));
                        }
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean paired(String text, int i) {
        char c = text.charAt(i);
        return Character.isHighSurrogate(c)
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
