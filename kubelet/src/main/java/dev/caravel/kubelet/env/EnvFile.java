package dev.caravel.kubelet.env;

import java.util.Optional;

/**
 * Reads one variable from an environment file (KEP-3721): lines of {@code NAME='value'}, the value
 * in single quotes, over several lines if need be, nothing expanded; blank lines and comments
 * between. Text is bytes as Latin-1.
 */
final class EnvFile {
    /** As in upstream's scanner; keeps a file of one endless line from being read whole. */
    private static final int MAX_LINE = 64 * 1024;

    private final String text;
    private int position = 0;
    private int line = 0;

    private EnvFile(String text) {
        this.text = text;
    }

    /**
     * The value of {@code name}, empty when the file does not have it.
     *
     * @throws EnvFileException when the file up to that variable is malformed
     */
    static String value(String text, String name) throws EnvFileException {
        return new EnvFile(text).find(name);
    }

    private String find(String name) throws EnvFileException {
        for (Optional<String> next = nextLine(); next.isPresent(); next = nextLine()) {
            String stripped = stripStart(next.get());
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            String key = key(stripped);
            String rest = stripped.substring(key.length() + 1);
            if (!rest.isEmpty() && isBlank(rest.charAt(0))) {
                // As in a shell: NAME= 'x' sets NAME to nothing.
                if (key.equals(name)) {
                    return "";
                }
                continue;
            }
            String value = quoted(rest);
            if (key.equals(name)) {
                return value;
            }
        }
        return "";
    }

    private String key(String stripped) throws EnvFileException {
        int equals = stripped.indexOf('=');
        if (equals < 0) {
            throw malformed("missing '='");
        }
        String key = stripped.substring(0, equals);
        if (key.isBlank()) {
            throw malformed("empty variable name");
        }
        if (isBlank(key.charAt(key.length() - 1))) {
            throw malformed("whitespace before '=' is not allowed");
        }
        return key;
    }

    private String quoted(String rest) throws EnvFileException {
        if (!rest.startsWith("'")) {
            throw malformed("value must be enclosed in single quotes");
        }
        int start = line;
        StringBuilder value = new StringBuilder();
        String remaining = rest.substring(1);
        int close = remaining.indexOf('\'');
        while (close < 0) {
            value.append(remaining).append('\n');
            remaining =
                    nextLine()
                            .orElseThrow(() ->
                                    new EnvFileException(
                                            "invalid environment variable format starting"
                                                    + " at line "
                                                    + start
                                                    + ": unclosed single quote"));
            close = remaining.indexOf('\'');
        }
        value.append(remaining, 0, close);
        String after = stripStart(remaining.substring(close + 1));
        if (!after.isEmpty() && !after.startsWith("#")) {
            throw malformed("unexpected content after closing quote");
        }
        return value.toString();
    }

    private Optional<String> nextLine() throws EnvFileException {
        if (position >= text.length()) {
            return Optional.empty();
        }
        int end = text.indexOf('\n', position);
        int stop = end < 0 ? text.length() : end;
        if (stop - position >= MAX_LINE) {
            throw new EnvFileException("line " + (line + 1) + " is longer than 64 KiB");
        }
        String found = text.substring(position, stop);
        position = stop + 1;
        line++;
        return Optional.of(found.endsWith("\r") ? found.substring(0, found.length() - 1) : found);
    }

    private EnvFileException malformed(String why) {
        return new EnvFileException(
                "invalid environment variable format at line " + line + ": " + why);
    }

    private static String stripStart(String s) {
        int i = 0;
        while (i < s.length() && isBlank(s.charAt(i))) {
            i++;
        }
        return s.substring(i);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** What is wrong with a file, and in which line. */
    static final class EnvFileException extends Exception {
        EnvFileException(String message) {
            super(message);
        }
    }
}
