package dev.caravel.linux.proc;

import java.io.IOException;
import java.util.List;

/**
 * Load of the machine (proc_loadavg(5)).
 *
 * @param tasks kernel scheduling entities that exist: processes and threads
 */
public record LoadAverage(double oneMinute, double fiveMinutes, double quarterHour, long tasks) {
    /** Reads the text of {@code /proc/loadavg}. */
    static LoadAverage parse(String text) throws IOException {
        List<String> words = Fields.words(text);
        int slash = words.size() < 4 ? -1 : words.get(3).indexOf('/');
        if (slash < 0) {
            throw Fields.unexpected("/proc/loadavg", text);
        }
        try {
            return new LoadAverage(
                    Double.parseDouble(words.get(0)),
                    Double.parseDouble(words.get(1)),
                    Double.parseDouble(words.get(2)),
                    Long.parseLong(words.get(3).substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw Fields.unexpected("/proc/loadavg", text);
        }
    }
}
