package dev.caravel.config;

import java.math.BigInteger;
import java.util.Optional;

/** Numbers in the notations Go's strconv accepts on flags and its YAML parser in files. */
public final class GoNumbers {

    private static final int LONGEST = 100;

    private GoNumbers() {}

    /**
     * A whole number: decimal, {@code 0x} hexadecimal, {@code 0b} binary, {@code 0o} or {@code 0}
     * octal, with sign; empty for anything else.
     */
    public static Optional<BigInteger> whole(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String size = signed ? text.substring(1) : text;
        if (size.isEmpty() || size.length() > LONGEST) {
            return Optional.empty();
        }
        int radix = radix(size);
        String digits = size.substring(radix == 10 ? 0 : prefixLength(size));
        if (digits.isEmpty() || Character.digit(digits.charAt(0), radix) < 0) {
            return Optional.empty();
        }
        try {
            BigInteger value = new BigInteger(digits, radix);
            return Optional.of(text.startsWith("-") ? value.negate() : value);
        } catch (NumberFormatException notWhole) {
            return Optional.empty();
        }
    }

    /**
     * A boolean as on flags: 1, t, T, true, True, TRUE and the opposites; empty for anything else.
     */
    public static Optional<Boolean> bool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "True", "TRUE" -> Optional.of(true);
            case "0", "f", "F", "false", "False", "FALSE" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static int radix(String size) {
        if (size.length() < 2 || size.charAt(0) != '0') {
            return 10;
        }
        return switch (size.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            default -> 8;
        };
    }

    private static int prefixLength(String size) {
        return Character.isDigit(size.charAt(1)) ? 1 : 2;
    }
}
