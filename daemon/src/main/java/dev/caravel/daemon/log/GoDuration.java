package dev.caravel.daemon.log;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as Go prints them: {@code 1h2m3.5s}, {@code 250ms}, {@code 0s}. */
final class GoDuration {
    private GoDuration() {}

    static String of(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        String sign = duration.isNegative() ? "-" : "";
        Duration size = duration.abs();
        if (size.compareTo(Duration.ofSeconds(1)) < 0) {
            long nanos = size.toNanos();
            if (nanos < 1000) {
                return sign + nanos + "ns";
            }
            return nanos < 1_000_000
                    ? sign + scaled(nanos, 3) + "µs"
                    : sign + scaled(nanos, 6) + "ms";
        }
        StringBuilder text = new StringBuilder(sign);
        long hours = size.toHours();
        if (hours > 0) {
            text.append(hours).append('h');
        }
        if (size.toMinutes() > 0) {
            text.append(size.toMinutesPart()).append('m');
        }
        long nanos = size.toSecondsPart() * 1_000_000_000L + size.toNanosPart();
        return text.append(scaled(nanos, 9)).append('s').toString();
    }

    private static String scaled(long nanos, int digits) {
        BigDecimal value = BigDecimal.valueOf(nanos, digits).stripTrailingZeros();
        return value.toPlainString();
    }
}
