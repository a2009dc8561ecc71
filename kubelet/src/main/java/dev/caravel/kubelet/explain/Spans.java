package dev.caravel.kubelet.explain;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and spans as people read them at a glance. */
final class Spans {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Spans() {}

    /** {@code 412 ms}, {@code 6.0 s}, {@code 41 s}, {@code 3m12s}, {@code 2h05m}, {@code 4d03h}. */
    static String text(Duration span) {
        Duration d = span.isNegative() ? Duration.ZERO : span;
        if (d.toMillis() < 1_000) {
            return d.toMillis() + " ms";
        }
        if (d.toMillis() < 10_000) {
            return d.toMillis() / 1_000 + "." + d.toMillis() % 1_000 / 100 + " s";
        }
        if (d.toSeconds() < 100) {
            return d.toSeconds() + " s";
        }
        if (d.toMinutes() < 100) {
            return pair(d.toMinutes(), "m", d.toSecondsPart(), "s");
        }
        return d.toHours() < 48
                ? pair(d.toHours(), "h", d.toMinutesPart(), "m")
                : pair(d.toDays(), "d", d.toHoursPart(), "h");
    }

    private static String pair(long big, String bigUnit, int small, String smallUnit) {
        return big + bigUnit + (small < 10 ? "0" : "") + small + smallUnit;
    }

    static String between(Instant from, Instant to) {
        return text(Duration.between(from, to));
    }

    /** {@code 12:00:01 UTC}. */
    static String clock(Instant at) {
        return CLOCK.format(at) + " UTC";
    }

    static String millis(Duration d) {
        return d.toMillis() + " ms";
    }
}
