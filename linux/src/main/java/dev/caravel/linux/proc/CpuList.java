package dev.caravel.linux.proc;

import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;

/** Lists of CPUs or memory nodes as the kernel writes them, e.g. {@code 0-3,8} (cpuset(7)). */
public final class CpuList {
    /** More than any kernel is built for; keeps {@code 0-2000000000} from filling the memory. */
    private static final int MOST = 1 << 16;

    private CpuList() {}

    /** Reads a list; nothing but white space is the empty one. */
    public static SortedSet<Integer> parse(String text) throws IOException {
        SortedSet<Integer> numbers = new TreeSet<>();
        String list = text.strip();
        if (list.isEmpty()) {
            return numbers;
        }
        for (String range : list.split(",", -1)) {
            int dash = range.indexOf('-');
            long first = Fields.number(dash < 0 ? range : range.substring(0, dash), "CPU list");
            long last = dash < 0 ? first : Fields.number(range.substring(dash + 1), "CPU list");
            if (first < 0 || last < first || last >= MOST) {
                throw Fields.unexpected("CPU list", list);
            }
            for (long number = first; number <= last; number++) {
                numbers.add((int) number);
            }
        }
        return numbers;
    }

    /** Writes a list, ranges where numbers follow each other. */
    public static String format(SortedSet<Integer> numbers) {
        StringBuilder text = new StringBuilder();
        int first = -1;
        int last = -1;
        for (int number : numbers) {
            if (first >= 0 && number == last + 1) {
                last = number;
                continue;
            }
            append(text, first, last);
            first = number;
            last = number;
        }
        append(text, first, last);
        return text.toString();
    }

    private static void append(StringBuilder text, int first, int last) {
        if (first < 0) {
            return;
        }
        text.append(text.isEmpty() ? "" : ",").append(first);
        if (last > first) {
            text.append('-').append(last);
        }
    }
}
