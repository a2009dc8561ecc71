package dev.caravel.linux.proc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Name of the operating system (os-release(5)).
 *
 * @param values by their names, unquoted
 */
public record OsRelease(Map<String, String> values) {
    public OsRelease {
        values = Map.copyOf(values);
    }

    /** For people, e.g. {@code Debian GNU/Linux 12 (bookworm)}. */
    public Optional<String> prettyName() {
        return Optional.ofNullable(values.get("PRETTY_NAME"));
    }

    /** For programs, e.g. {@code debian}. */
    public Optional<String> id() {
        return Optional.ofNullable(values.get("ID"));
    }

    /** Reads the text of the file: assignments of a shell, one a line, perhaps quoted. */
    static OsRelease parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0 && line.charAt(0) != '#') {
                values.put(line.substring(0, equals).strip(), unquote(line.substring(equals + 1)));
            }
        }
        return new OsRelease(values);
    }

    private static String unquote(String written) {
        String text = written.strip();
        char quote = text.length() < 2 ? ' ' : text.charAt(0);
        if ((quote != '"' && quote != '\'') || text.charAt(text.length() - 1) != quote) {
            return text;
        }
        String inner = text.substring(1, text.length() - 1);
        if (quote == '\'' || inner.indexOf('\\') < 0) {
            return inner;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '\\' && i + 1 < inner.length()) {
                i++;
                c = inner.charAt(i);
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
