package dev.caravel.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Splits and reads the plain texts of /proc and /sys. */
final class Fields {
    private Fields() {}

    /** Words between any white space. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringTokenizer rest = new StringTokenizer(text);
        while (rest.hasMoreTokens()) {
            words.add(rest.nextToken());
        }
        return words;
    }

    /** A decimal number. */
    static long number(String text, String where) throws IOException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new IOException("Read " + where + ": '" + text.strip() + "' is no number", e);
        }
    }

    /** A number in kB as bytes. */
    static long kibibytes(String text, String where) throws IOException {
        return number(text, where) * 1024;
    }

    /** The exception for a text that is not as documented. */
    static IOException unexpected(String where, String text) {
        String shown = text.length() <= 200 ? text : text.substring(0, 200) + "...";
        return new IOException("Read " + where + ": '" + shown + "' is not as documented");
    }
}
