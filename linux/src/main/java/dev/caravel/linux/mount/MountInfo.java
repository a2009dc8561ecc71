package dev.caravel.linux.mount;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the text of {@code /proc/<pid>/mountinfo} (proc_pid_mountinfo(5)). */
final class MountInfo {
    private MountInfo() {}

    /**
     * Parses the whole file.
     *
     * @throws IllegalArgumentException naming the line that is not as documented; a table that is
     *     half understood would let a mounted volume pass for an empty folder
     */
    static MountTable parse(String text) {
        List<MountEntry> entries = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            entries.add(parseLine(text.substring(start, end)));
            start = end + 1;
        }
        return new MountTable(entries);
    }

    static MountEntry parseLine(String line) {
        List<String> fields = split(line, ' ');
        int separator = 6;
        while (separator < fields.size() && !fields.get(separator).equals("-")) {
            separator++;
        }
        // An empty source leaves an empty field, as two spaces follow each other; both are kept.
        if (fields.size() != separator + 4) {
            throw bad(line, "expected 6 fields, any number of tags, '-' and 3 fields");
        }
        List<String> device = split(fields.get(2), ':');
        if (device.size() != 2) {
            throw bad(line, "'" + fields.get(2) + "' is no device number");
        }
        return new MountEntry(
                number(fields.get(0), line),
                number(fields.get(1), line),
                number(device.get(0), line),
                number(device.get(1), line),
                unescape(fields.get(3)),
                path(unescape(fields.get(4))),
                split(fields.get(5), ','),
                fields.subList(6, separator),
                unescape(fields.get(separator + 1)),
                unescape(fields.get(separator + 2)),
                split(fields.get(separator + 3), ','));
    }

    /**
     * Somebody's mount point may have a name this process cannot write, when its locale is not
     * UTF-8; that one becomes unreachable, the others must not.
     */
    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            StringBuilder plain = new StringBuilder(text);
            for (int i = 0; i < plain.length(); i++) {
                if (plain.charAt(i) > 127 || plain.charAt(i) == 0) {
                    plain.setCharAt(i, '?');
                }
            }
            return Path.of(plain.toString());
        }
    }

    private static int number(String text, String line) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad(line, "'" + text + "' is no number");
        }
        throw bad(line, "'" + text + "' is negative");
    }

    private static IllegalArgumentException bad(String line, String why) {
        return new IllegalArgumentException("mountinfo line '" + line + "': " + why);
    }

    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        int end = text.indexOf(separator);
        while (end >= 0) {
            parts.add(text.substring(start, end));
            start = end + 1;
            end = text.indexOf(separator, start);
        }
        parts.add(text.substring(start));
        return parts;
    }

    /**
     * Undoes the kernel's octal escapes of space, tab, line end, backslash and (in sources) hash.
     */
    static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && isOctal(text, at + 1)) {
                plain.append((char) Integer.parseInt(text, at + 1, at + 4, 8));
                at += 4;
            } else {
                plain.append(c);
                at++;
            }
        }
        return plain.toString();
    }

    private static boolean isOctal(String text, int at) {
        if (at + 3 > text.length()) {
            return false;
        }
        for (int i = at; i < at + 3; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '7') {
                return false;
            }
        }
        return true;
    }
}
