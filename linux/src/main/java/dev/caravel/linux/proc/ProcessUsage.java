package dev.caravel.linux.proc;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What one process uses (proc_pid_stat(5), proc_pid_status(5)).
 *
 * @param command first 15 characters of its name
 * @param cpu time it ran, in user mode and in the kernel
 * @param startedAfterBoot when it started, counted from the boot
 * @param residentBytes memory it has in RAM
 * @param threads threads it has
 */
public record ProcessUsage(
        String command, Duration cpu, Duration startedAfterBoot, long residentBytes, int threads) {
    /** USER_HZ, a constant of the kernel's interface. */
    private static final long NANOS_PER_TICK = 10_000_000;

    // Fields of stat behind the command, counted from the state, which is field 3 of the manual.
    private static final int USER_TIME = 14 - 3;
    private static final int KERNEL_TIME = 15 - 3;
    private static final int THREADS = 20 - 3;
    private static final int START_TIME = 22 - 3;

    /** Reads the texts of {@code /proc/<pid>/stat} and {@code /proc/<pid>/status}. */
    static ProcessUsage parse(String stat, String status) throws IOException {
        // The command may hold anything, parentheses and line ends too.
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        List<String> words = close < 0 ? List.of() : Fields.words(stat.substring(close + 1));
        if (open < 0 || words.size() <= START_TIME) {
            throw Fields.unexpected("stat of a process", stat);
        }
        long ticks =
                Fields.number(words.get(USER_TIME), "stat of a process")
                        + Fields.number(words.get(KERNEL_TIME), "stat of a process");
        long started = Fields.number(words.get(START_TIME), "stat of a process");
        return new ProcessUsage(
                stat.substring(open + 1, close),
                Duration.ofNanos(ticks * NANOS_PER_TICK),
                Duration.ofNanos(started * NANOS_PER_TICK),
                residentBytes(status),
                (int) Fields.number(words.get(THREADS), "stat of a process"));
    }

    /** In kB, so that the size of a page need not be known; kernel threads have none. */
    private static long residentBytes(String status) throws IOException {
        int start = status.indexOf("\nVmRSS:");
        if (start < 0) {
            return 0;
        }
        int end = status.indexOf('\n', start + 1);
        String line = status.substring(start + 1, end < 0 ? status.length() : end);
        return Fields.kibibytes(Fields.words(line).get(1), "status of a process");
    }
}
