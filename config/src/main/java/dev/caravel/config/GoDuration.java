package dev.caravel.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Durations in the notation of flags and configuration files: {@code 1h2m3.5s}, {@code 100ms},
 * {@code -1m}, {@code 0} (Go's time.ParseDuration and Duration.String).
 */
public final class GoDuration {

    private static final Map<String, Long> NANOS =
            Map.of(
                    "ns", 1L,
                    "us", 1_000L,
                    "\u00b5s", 1_000L,
                    "\u03bcs", 1_000L,
                    "ms", 1_000_000L,
                    "s", 1_000_000_000L,
                    "m", 60_000_000_000L,
                    "h", 3_600_000_000_000L);
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int LONGEST_TEXT = 100;

    private GoDuration() {}

    /** Reads {@code text}; empty when it is no duration or does not fit 63 bits of nanoseconds. */
    public static Optional<Duration> parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (rest.isEmpty() || rest.length() > LONGEST_TEXT) {
            return Optional.empty();
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (int at = 0; at < rest.length(); ) {
            int unitAt = end(rest, at, true);
            int next = end(rest, unitAt, false);
            Long nanos = NANOS.get(rest.substring(unitAt, next));
            Optional<BigDecimal> number = number(rest.substring(at, unitAt));
            if (nanos == null || number.isEmpty()) {
                return Optional.empty();
            }
            BigDecimal part = number.get().multiply(BigDecimal.valueOf(nanos));
            sum = sum.add(part.setScale(0, RoundingMode.DOWN));
            at = next;
        }
        if (sum.compareTo(LARGEST) > 0) {
            return Optional.empty();
        }
        Duration size = Duration.ofNanos(sum.longValueExact());
        return Optional.of(negative ? size.negated() : size);
    }

    /** The canonical text: {@code 1m0s}, {@code 100ms}, {@code 0s}. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        String sign = duration.isNegative() ? "-" : "";
        Duration size = duration.abs();
        if (size.compareTo(Duration.ofSeconds(1)) < 0) {
            long nanos = size.toNanos();
            String unit = nanos < 1_000 ? "ns" : nanos < 1_000_000 ? "\u00b5s" : "ms";
            return sign + plain(nanos, NANOS.getOrDefault(unit, 1L)) + unit;
        }
        StringBuilder text = new StringBuilder(sign);
        if (size.toHours() > 0) {
            text.append(size.toHours()).append('h');
        }
        if (size.toMinutes() > 0) {
            text.append(size.toMinutesPart()).append('m');
        }
        long nanos = size.toSecondsPart() * 1_000_000_000L + size.toNanosPart();
        return text.append(plain(nanos, 1_000_000_000L)).append('s').toString();
    }

    private static String plain(long nanos, long unit) {
        BigDecimal value = BigDecimal.valueOf(nanos).divide(BigDecimal.valueOf(unit));
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** Where the run of number characters, or of others, that starts at {@code at} ends. */
    private static int end(String text, int at, boolean number) {
        int end = at;
        while (end < text.length() && isNumberPart(text.charAt(end)) == number) {
            end++;
        }
        return end;
    }

    private static boolean isNumberPart(char c) {
        return c == '.' || (c >= '0' && c <= '9');
    }

    private static Optional<BigDecimal> number(String digits) {
        boolean valid =
                digits.chars().anyMatch(c -> c != '.')
                        && digits.chars().filter(c -> c == '.').count() <= 1;
        return valid ? Optional.of(new BigDecimal(digits)) : Optional.empty();
    }
}
