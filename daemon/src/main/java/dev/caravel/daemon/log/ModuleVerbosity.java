package dev.caravel.daemon.log;

import java.util.ArrayList;
import java.util.List;

/**
 * One pair of {@code --vmodule}: files matching the pattern log at their own verbosity.
 *
 * @param pattern a file name without suffix, here the name of the class, with {@code *} and {@code
 *     ?}; with a slash or dot it must match package and class
 * @param verbosity as for {@code -v}
 */
public record ModuleVerbosity(String pattern, int verbosity) {

    /**
     * Reads the value of the flag, {@code pattern=N,pattern=N}.
     *
     * @throws IllegalArgumentException saying which pair is wrong
     */
    public static List<ModuleVerbosity> parse(String flag) {
        List<ModuleVerbosity> modules = new ArrayList<>();
        for (String pair : flag.split(",", -1)) {
            if (pair.isBlank()) {
                continue;
            }
            int equals = pair.indexOf('=');
            try {
                int verbosity = Integer.parseInt(pair.substring(equals + 1).strip());
                if (equals <= 0 || verbosity < 0) {
                    throw new NumberFormatException();
                }
                modules.add(new ModuleVerbosity(pair.substring(0, equals).strip(), verbosity));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "--vmodule '" + pair + "': expected pattern=N with N not negative", e);
            }
        }
        return modules;
    }

    /** True for loggers of this class name. */
    boolean matches(String loggerName) {
        boolean qualified = pattern.indexOf('/') >= 0 || pattern.indexOf('.') >= 0;
        String name = loggerName;
        if (!qualified) {
            name = name.substring(name.lastIndexOf('.') + 1);
            int nested = name.indexOf('$');
            name = nested < 0 ? name : name.substring(0, nested);
        }
        return glob(pattern.replace('/', '.'), 0, name, 0);
    }

    private static boolean glob(String pattern, int p, String text, int t) {
        if (p == pattern.length()) {
            return t == text.length();
        }
        char c = pattern.charAt(p);
        if (c == '*') {
            for (int end = t; end <= text.length(); end++) {
                if (glob(pattern, p + 1, text, end)) {
                    return true;
                }
            }
            return false;
        }
        return t < text.length()
                && (c == '?' || c == text.charAt(t))
                && glob(pattern, p + 1, text, t + 1);
    }
}
