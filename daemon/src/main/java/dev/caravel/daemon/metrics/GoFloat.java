package dev.caravel.daemon.metrics;

import java.math.BigDecimal;

/**
 * Writes numbers as Go does ({@code strconv.FormatFloat(f, 'g', -1, 64)}), because dashboards
 * select buckets by the text of {@code le}: {@code 0.005}, {@code 1}, {@code 1e+06}, {@code +Inf}.
 */
public final class GoFloat {
    /** From this exponent on Go writes {@code 1e+06}. */
    private static final int EXPONENT_FROM = 6;

    private static final double LARGEST_PLAIN = 999_999;

    private GoFloat() {}

    /** Appends {@code value} to {@code text}. */
    public static void append(StringBuilder text, double value) {
        if (value == Math.rint(value) && Math.abs(value) <= LARGEST_PLAIN) {
            if (value == 0 && 1 / value < 0) {
                text.append('-');
            }
            text.append((long) value);
        } else if (Double.isNaN(value)) {
            text.append("NaN");
        } else if (Double.isInfinite(value)) {
            text.append(value > 0 ? "+Inf" : "-Inf");
        } else {
            appendDecimal(text, new BigDecimal(Double.toString(value)).stripTrailingZeros());
        }
    }

    private static void appendDecimal(StringBuilder text, BigDecimal value) {
        String digits = value.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - value.scale();
        if (exponent >= -4 && exponent < EXPONENT_FROM) {
            text.append(value.toPlainString());
            return;
        }
        if (value.signum() < 0) {
            text.append('-');
        }
        text.append(digits.charAt(0));
        if (digits.length() > 1) {
            text.append('.').append(digits, 1, digits.length());
        }
        int size = Math.abs(exponent);
        text.append('e').append(exponent < 0 ? '-' : '+').append(size < 10 ? "0" : "").append(size);
    }

    /** The text of {@code value}. */
    public static String of(double value) {
        StringBuilder text = new StringBuilder(24);
        append(text, value);
        return text.toString();
    }
}
