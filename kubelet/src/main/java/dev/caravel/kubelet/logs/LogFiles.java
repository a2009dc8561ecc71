package dev.caravel.kubelet.logs;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What lies beside one log: the files rotated from it, by name. Names tell the order: {@code
 * 0.log.20261124-080000}, with {@code .gz} once compressed and {@code .tmp} while that is under
 * way. Pure; the folder is changed by {@link LogRotator} and read by those who follow a log.
 *
 * @param log name of the log itself
 * @param rotated names of the files rotated from it that count, oldest first
 * @param unused what an interrupted rotation left: half compressed files, and files whose
 *     compressed twin is complete
 */
public record LogFiles(String log, List<String> rotated, List<String> unused) {

    public static final String COMPRESSED = ".gz";
    public static final String TEMPORARY = ".tmp";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    public LogFiles {
        rotated = List.copyOf(rotated);
        unused = List.copyOf(unused);
    }

    /**
     * Sorts a folder's entries.
     *
     * @param entries all names in the log's folder
     */
    public static LogFiles of(String log, Collection<String> entries) {
        Set<String> all = new HashSet<>(entries);
        List<String> rotated = new ArrayList<>();
        List<String> unused = new ArrayList<>();
        for (String name : all.stream().sorted().toList()) {
            if (!name.startsWith(log + ".")) {
                continue;
            }
            boolean left = name.endsWith(TEMPORARY) || all.contains(name + COMPRESSED);
            (left ? unused : rotated).add(name);
        }
        return new LogFiles(log, rotated, unused);
    }

    /**
     * The rotated files to remove, oldest first, so that with the log, and the file it is about to
     * become, at most {@code maxFiles} are there.
     */
    List<String> excess(int maxFiles) {
        int keep = Math.max(0, maxFiles - 2);
        return rotated.subList(0, Math.max(0, rotated.size() - keep));
    }

    /**
     * The rotated files to compress: all but the newest, which a log collector may still read to
     * its end.
     */
    List<String> compressible() {
        return rotated.subList(0, Math.max(0, rotated.size() - 1)).stream()
                .filter(name -> !name.endsWith(COMPRESSED))
                .toList();
    }

    /**
     * The name the log gets. Names have whole seconds, and a busy log may be rotated several times
     * in one: then the second after the newest is taken, so that names still tell the order.
     */
    String nextName(LocalDateTime now) {
        LocalDateTime at = now.withNano(0);
        for (String name : rotated) {
            LocalDateTime taken = stamp(name, at);
            if (!taken.isBefore(at)) {
                at = taken.plusSeconds(1);
            }
        }
        return log + "." + STAMP.format(at);
    }

    private LocalDateTime stamp(String name, LocalDateTime otherwise) {
        String text = name.substring(log.length() + 1);
        if (text.endsWith(COMPRESSED)) {
            text = text.substring(0, text.length() - COMPRESSED.length());
        }
        try {
            return LocalDateTime.parse(text, STAMP);
        } catch (DateTimeParseException foreign) {
            return otherwise.minusSeconds(1);
        }
    }
}
