package dev.caravel.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * An amount in Kubernetes' notation, such as {@code 100m}, {@code 10Gi} or {@code 1e3}
 * (apimachinery resource.Quantity).
 *
 * @param value the amount itself, without trailing zeros, at most nine digits after the point
 * @param format the family of suffixes it was written with and is printed with
 */
public record Quantity(BigDecimal value, Format format) {

    /** Nothing. */
    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    private static final String DECIMAL_SUFFIXES = "num kMGTPE";
    private static final String BINARY_SUFFIXES = "KMGTPE";
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final BigDecimal LARGEST_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int LARGEST_EXPONENT = 100;

    public Quantity {
        value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    /** The families of suffixes. */
    public enum Format {
        /** n, u, m, none, k, M, G, T, P, E: powers of 1000. */
        DECIMAL_SI,
        /** Ki, Mi, Gi, Ti, Pi, Ei: powers of 1024. */
        BINARY_SI,
        /** e3, E6: powers of ten. */
        DECIMAL_EXPONENT
    }

    /** An amount of whole units, such as bytes, printed with binary suffixes. */
    public static Quantity ofBytes(long bytes) {
        return new Quantity(BigDecimal.valueOf(bytes), Format.BINARY_SI);
    }

    /** Reads {@code text}; empty when it is not a quantity. */
    public static Optional<Quantity> parse(String text) {
        int suffixAt = numberLength(text);
        String number = text.substring(0, suffixAt);
        if (number.chars().noneMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        BigDecimal mantissa = new BigDecimal(number);
        String suffix = text.substring(suffixAt);
        int binary =
                suffix.length() == 2 && suffix.charAt(1) == 'i'
                        ? BINARY_SUFFIXES.indexOf(suffix.charAt(0))
                        : -1;
        if (binary >= 0) {
            return Optional.of(binary(mantissa, 10 * (binary + 1)));
        }
        if (suffix.length() > 1) {
            return exponent(suffix).map(e -> decimal(mantissa, e, Format.DECIMAL_EXPONENT));
        }
        int decimal = suffix.isEmpty() ? 3 : DECIMAL_SUFFIXES.indexOf(suffix.charAt(0));
        if (decimal < 0 || suffix.equals(" ")) {
            return Optional.empty();
        }
        return Optional.of(decimal(mantissa, 3 * (decimal - 3), Format.DECIMAL_SI));
    }

    /**
     * The amount rounded up to whole units, such as bytes or CPUs, at most {@code Long.MAX_VALUE}.
     */
    public long longValue() {
        return clamp(value);
    }

    /** The amount in thousandths rounded up, such as CPU millis, at most {@code Long.MAX_VALUE}. */
    public long milliValue() {
        return clamp(value.movePointRight(3));
    }

    /** Less than, equal to or greater than zero like the amount. */
    public int signum() {
        return value.signum();
    }

    /** The canonical text: no fraction, the largest suffix that needs none. */
    @Override
    public String toString() {
        if (value.signum() == 0) {
            return "0";
        }
        boolean binary =
                format == Format.BINARY_SI
                        && value.abs().compareTo(KIBI) >= 0
                        && value.scale() <= 0;
        return binary ? binaryText() : decimalText();
    }

    private String binaryText() {
        BigInteger left = value.toBigIntegerExact();
        int suffix = 0;
        while (suffix < BINARY_SUFFIXES.length() && left.getLowestSetBit() >= 10) {
            left = left.shiftRight(10);
            suffix++;
        }
        return suffix == 0
                ? left.toString()
                : left.toString() + BINARY_SUFFIXES.charAt(suffix - 1) + "i";
    }

    private String decimalText() {
        int exponent = Math.floorDiv(-value.scale(), 3) * 3;
        if (format != Format.DECIMAL_EXPONENT) {
            exponent = Math.clamp(exponent, -9, 18);
        }
        String mantissa = value.movePointLeft(exponent).toBigIntegerExact().toString();
        if (exponent == 0) {
            return mantissa;
        }
        return format == Format.DECIMAL_EXPONENT
                ? mantissa + "e" + exponent
                : mantissa + DECIMAL_SUFFIXES.charAt(exponent / 3 + 3);
    }

    /** Length of the leading sign, digits and point. */
    private static int numberLength(String text) {
        int at = !text.isEmpty() && (text.charAt(0) == '+' || text.charAt(0) == '-') ? 1 : 0;
        boolean point = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '.' && !point) {
                point = true;
            } else if (c < '0' || c > '9') {
                break;
            }
        }
        return at;
    }

    private static Optional<Integer> exponent(String suffix) {
        if (suffix.charAt(0) != 'e' && suffix.charAt(0) != 'E') {
            return Optional.empty();
        }
        try {
            int exponent = Integer.parseInt(suffix, 1, suffix.length(), 10);
            return Math.abs(exponent) <= LARGEST_EXPONENT
                    ? Optional.of(exponent)
                    : Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private static Quantity decimal(BigDecimal mantissa, int exponent, Format format) {
        return new Quantity(nano(mantissa.movePointRight(exponent)), format);
    }

    private static Quantity binary(BigDecimal mantissa, int shift) {
        BigDecimal value = nano(mantissa.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(shift))));
        BigDecimal size = value.abs().min(LARGEST_BINARY);
        boolean fraction = size.signum() != 0 && size.compareTo(BigDecimal.ONE) < 0;
        return new Quantity(
                value.signum() < 0 ? size.negate() : size,
                fraction ? Format.DECIMAL_SI : Format.BINARY_SI);
    }

    /** Away from zero, so that a wish for a little never becomes nothing. */
    private static BigDecimal nano(BigDecimal value) {
        return value.scale() > 9 ? value.setScale(9, RoundingMode.UP) : value;
    }

    private static long clamp(BigDecimal value) {
        BigDecimal whole = value.setScale(0, RoundingMode.UP);
        if (whole.compareTo(LARGEST_BINARY) >= 0) {
            return Long.MAX_VALUE;
        }
        return whole.compareTo(LARGEST_BINARY.negate()) <= 0
                ? -Long.MAX_VALUE
                : whole.longValueExact();
    }
}
