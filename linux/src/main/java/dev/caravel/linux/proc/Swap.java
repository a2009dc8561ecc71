package dev.caravel.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One swap area (proc_swaps(5)).
 *
 * @param name of the file or device
 * @param type {@code partition} or {@code file}
 */
public record Swap(String name, String type, long sizeBytes, long usedBytes) {
    /** Reads the text of {@code /proc/swaps}. */
    static List<Swap> parse(String text) throws IOException {
        List<Swap> swaps = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 1; i < lines.length; i++) {
            List<String> words = Fields.words(lines[i]);
            if (words.isEmpty()) {
                continue;
            }
            if (words.size() < 4) {
                throw Fields.unexpected("/proc/swaps", lines[i]);
            }
            swaps.add(
                    new Swap(
                            words.get(0),
                            words.get(1),
                            Fields.kibibytes(words.get(2), "/proc/swaps"),
                            Fields.kibibytes(words.get(3), "/proc/swaps")));
        }
        return swaps;
    }
}
