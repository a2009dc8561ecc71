package dev.caravel.linux.proc;

import java.io.IOException;
import java.util.List;

/** Memory of the machine (proc_meminfo(5)). */
public record MemoryInfo(
        long totalBytes,
        long freeBytes,
        long availableBytes,
        long cachedBytes,
        long swapTotalBytes,
        long swapFreeBytes) {
    /** Reads the text of {@code /proc/meminfo}, or of one NUMA node's file. */
    static MemoryInfo parse(String text) throws IOException {
        long total = -1;
        long free = 0;
        long available = -1;
        long cached = 0;
        long swapTotal = 0;
        long swapFree = 0;
        for (String line : text.split("\n", -1)) {
            List<String> words = Fields.words(line);
            // The files of NUMA nodes have "Node 0" in front.
            if (words.size() > 2 && words.getFirst().equals("Node")) {
                words = words.subList(2, words.size());
            }
            if (words.size() < 2) {
                continue;
            }
            String amount = words.get(1);
            switch (words.getFirst()) {
                case "MemTotal:" -> total = Fields.kibibytes(amount, "meminfo");
                case "MemFree:" -> free = Fields.kibibytes(amount, "meminfo");
                case "MemAvailable:" -> available = Fields.kibibytes(amount, "meminfo");
                case "Cached:" -> cached = Fields.kibibytes(amount, "meminfo");
                case "SwapTotal:" -> swapTotal = Fields.kibibytes(amount, "meminfo");
                case "SwapFree:" -> swapFree = Fields.kibibytes(amount, "meminfo");
                default -> {}
            }
        }
        if (total < 0) {
            throw Fields.unexpected("meminfo", text);
        }
        return new MemoryInfo(
                total, free, available < 0 ? free : available, cached, swapTotal, swapFree);
    }
}
