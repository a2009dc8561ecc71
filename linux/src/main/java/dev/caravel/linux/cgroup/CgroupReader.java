package dev.caravel.linux.cgroup;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ObjLongConsumer;

/**
 * Reads the small text files of control groups one after the other through one buffer; made for one
 * reading of one group. The texts are the kernel's, so what does not parse is a fault worth an
 * exception.
 */
final class CgroupReader {
    private static final int USUAL = 8 * 1024;

    /**
     * Far above any real file; {@code cgroup.procs} of the root on a busy machine comes closest.
     */
    private static final int LIMIT = 16 * 1024 * 1024;

    private byte[] buffer = new byte[USUAL];
    private int length;
    private String file = "";

    /**
     * Loads a file.
     *
     * @return false when it does not exist: the group is gone, or the kernel lacks the file
     */
    boolean load(String directory, String name) throws IOException {
        file = directory + "/" + name;
        length = 0;
        try (FileInputStream in = new FileInputStream(file)) {
            int read = in.read(buffer, 0, buffer.length);
            while (read > 0) {
                length += read;
                if (length == buffer.length) {
                    grow();
                }
                read = in.read(buffer, length, buffer.length - length);
            }
            return true;
        } catch (FileNotFoundException e) {
            if (new File(file).exists()) {
                throw e;
            }
            return false;
        } catch (IOException e) {
            if (!new File(directory).exists()) {
                // Removed between opening and reading.
                return false;
            }
            throw new IOException("Read " + file + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #load}, for files some kernels lack: asks first, as a failed open costs more. */
    boolean loadIfPresent(String directory, String name) throws IOException {
        return new File(directory, name).exists() && load(directory, name);
    }

    private void grow() throws IOException {
        if (length >= LIMIT) {
            throw new IOException("Read " + file + ": more than " + LIMIT + " bytes; refused");
        }
        buffer = Arrays.copyOf(buffer, buffer.length * 4);
    }

    /** The file as one number. */
    long number() throws IOException {
        int end = length;
        while (end > 0 && buffer[end - 1] <= ' ') {
            end--;
        }
        return parse(0, end);
    }

    /** The file as one number, empty when it says {@code max}. */
    OptionalLong limit() throws IOException {
        return length >= 3 && buffer[0] == 'm' && buffer[1] == 'a' && buffer[2] == 'x'
                ? OptionalLong.empty()
                : OptionalLong.of(number());
    }

    /** The file as lines of a name and a number. */
    void pairs(ObjLongConsumer<String> consumer) throws IOException {
        int start = 0;
        while (start < length) {
            int end = endOfLine(start);
            int space = end - 1;
            while (space > start && buffer[space] != ' ') {
                space--;
            }
            if (space <= start) {
                throw bad(start, end);
            }
            consumer.accept(ascii(start, space), parse(space + 1, end));
            start = end + 1;
        }
    }

    /** The file as a map from name to number. */
    Map<String, Long> map() throws IOException {
        Map<String, Long> map = new HashMap<>();
        pairs(map::put);
        return map;
    }

    /** The whole file, without white space at its ends. */
    String text() {
        return ascii(0, length).strip();
    }

    /** A number within a line. */
    static long decimal(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("Read control group: '" + text + "' is no number", e);
        }
    }

    private int endOfLine(int start) {
        int end = start;
        while (end < length && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    private long parse(int start, int end) throws IOException {
        boolean negative = start < end && buffer[start] == '-';
        int at = negative ? start + 1 : start;
        if (at >= end || end - at > 19) {
            // v1 writes "no limit" of some files as an unsigned number of 20 digits.
            if (end - at == 20 && isDigits(at, end)) {
                return Long.MAX_VALUE;
            }
            throw bad(start, end);
        }
        long value = 0;
        for (; at < end; at++) {
            int digit = buffer[at] - '0';
            if (digit < 0 || digit > 9) {
                throw bad(start, end);
            }
            value = value * 10 + digit;
        }
        // 19 digits may pass 2^63; the kernel's counters are unsigned.
        value = value < 0 ? Long.MAX_VALUE : value;
        return negative ? -value : value;
    }

    private boolean isDigits(int start, int end) {
        for (int i = start; i < end; i++) {
            if (buffer[i] < '0' || buffer[i] > '9') {
                return false;
            }
        }
        return true;
    }

    private String ascii(int start, int end) {
        return new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private IOException bad(int start, int end) {
        return new IOException(
                "Read " + file + ": '" + ascii(start, end) + "' is not what the kernel documents");
    }
}
