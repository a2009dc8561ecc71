package dev.caravel.config;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Lists of CPUs or NUMA nodes such as {@code 0-3,8} (kernel cpulist format). */
public final class CpuList {

    private static final int LARGEST = 1 << 16;

    private CpuList() {}

    /**
     * The numbers {@code text} stands for; empty when it is no list. The empty text is the empty
     * list.
     */
    public static Optional<SortedSet<Integer>> parse(String text) {
        SortedSet<Integer> cpus = new TreeSet<>();
        for (String range : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int dash = range.indexOf('-');
            int first = number(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : number(range.substring(dash + 1));
            if (first < 0 || last < first) {
                return Optional.empty();
            }
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return Optional.of(cpus);
    }

    private static int number(String digits) {
        boolean valid =
                !digits.isEmpty()
                        && digits.length() < 6
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = valid ? Integer.parseInt(digits) : -1;
        return number <= LARGEST ? number : -1;
    }
}
