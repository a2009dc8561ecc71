package dev.caravel.config.tree;

import dev.caravel.config.GoNumbers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * What an unquoted YAML word means. Follows the YAML 1.1 dialect of the Go agents' parser (go-yaml
 * v2), so that a file means the same to both: {@code yes} and {@code on} are true, {@code 010} is
 * eight, a date is a string.
 */
final class Scalars {

    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(64);
    private static final BigInteger SMALLEST = BigInteger.ONE.shiftLeft(63).negate();
    private static final int LONGEST_NUMBER = 100;
    private static final int LARGEST_EXPONENT = 400;

    private Scalars() {}

    static boolean isNull(String word) {
        return NULL.contains(word);
    }

    static Optional<Boolean> bool(String word) {
        if (TRUE.contains(word)) {
            return Optional.of(true);
        }
        return FALSE.contains(word) ? Optional.of(false) : Optional.empty();
    }

    /** The number a word stands for; underscores are ignored. */
    static Optional<BigDecimal> number(String word) {
        if (word.isEmpty()
                || word.length() > LONGEST_NUMBER
                || "+-.0123456789".indexOf(word.charAt(0)) < 0) {
            return Optional.empty();
        }
        String digits = word.replace("_", "");
        Optional<BigInteger> whole = GoNumbers.whole(digits);
        boolean fits =
                whole.isPresent()
                        && whole.get().compareTo(LARGEST) < 0
                        && whole.get().compareTo(SMALLEST) >= 0;
        return fits ? whole.map(BigDecimal::new) : decimal(digits);
    }

    /** Whether a string written without quotes would still be read as that string. */
    static boolean plainSafe(String text) {
        if (isNull(text)
                || bool(text).isPresent()
                || number(text).isPresent()
                || text.equals("<<")) {
            return false;
        }
        char first = text.charAt(0);
        if (!Character.isLetter(first) && first != '/') {
            return false;
        }
        return !text.endsWith(" ")
                && !text.endsWith(":")
                && !text.contains(": ")
                && !text.contains(" #")
                && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    /** The string in JSON's double quotes. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029 || c == 0x85) {
                        out.append("\\u").append(HexFormat.of().toHexDigits(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static Optional<BigDecimal> decimal(String digits) {
        if (digits.chars().anyMatch(c -> "+-.0123456789eE".indexOf(c) < 0)) {
            return Optional.empty();
        }
        try {
            BigDecimal value = new BigDecimal(digits);
            return Math.abs((long) value.scale()) <= LARGEST_EXPONENT
                    ? Optional.of(value)
                    : Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
