package dev.caravel.config;

import java.math.BigInteger;
import java.util.Optional;

/** Numbers in the notations Go's strconv accepts on flags and its YAML parser in files. */
public final class GoNumbers {

    private static final int LONGEST = 100;

    private GoNumbers() {}

    /**
     * A whole number: decimal, {@code 0x} hexadecimal, {@code 0b} binary, {@code 0o} or {@code 0}
     * octal, with sign, underscores between digits; empty for anything else.
     */
    public static Optional<BigInteger> whole(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String size = signed ? text.substring(1) : text;
        if (size.length() > LONGEST || misplacedUnderscore(size)) {
            return Optional.empty();
        }
        Base base = Base.of(size);
        String digits = size.substring(base.prefix).replace("_", "");
        if (digits.isEmpty() || Character.digit(digits.charAt(0), base.radix) < 0) {
            return Optional.empty();
        }
        try {
            BigInteger value = new BigInteger(digits, base.radix);
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

    private static boolean misplacedUnderscore(String size) {
        return size.startsWith("_") || size.endsWith("_") || size.contains("__");
    }

    private record Base(int radix, int prefix) {

        static Base of(String size) {
            if (size.length() < 2 || size.charAt(0) != '0') {
                return new Base(10, 0);
            }
            return switch (size.charAt(1)) {
                case 'x', 'X' -> new Base(16, 2);
                case 'b', 'B' -> new Base(2, 2);
                case 'o', 'O' -> new Base(8, 2);
                case '_', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> new Base(8, 1);
                default -> new Base(10, 0);
            };
        }
    }
}
