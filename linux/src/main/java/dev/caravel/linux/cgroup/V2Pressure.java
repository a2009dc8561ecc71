package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Pressure files of cgroup v2 (accounting/psi.rst). */
final class V2Pressure {
    private static final CgroupStats.Stall NONE = new CgroupStats.Stall(0, 0, 0, 0);

    private V2Pressure() {}

    /**
     * Reads one pressure file.
     *
     * @param resource {@code cpu}, {@code memory} or {@code io}
     */
    static Optional<CgroupStats.Pressure> stats(
            CgroupReader reader, Path directory, String resource) throws IOException {
        // Absent while the group's cgroup.pressure is 0.
        return reader.loadIfPresent(directory.toString(), resource + ".pressure")
                ? Optional.of(parse(reader.text()))
                : Optional.empty();
    }

    /** Lines are {@code some avg10=0.12 avg60=0.30 avg300=0.00 total=4242}, then {@code full …}. */
    static CgroupStats.Pressure parse(String text) throws IOException {
        CgroupStats.Stall some = NONE;
        CgroupStats.Stall full = NONE;
        for (String line : text.split("\n", -1)) {
            String[] words = line.split(" ", -1);
            if (words.length != 5) {
                throw bad(line);
            }
            CgroupStats.Stall stall;
            try {
                stall =
                        new CgroupStats.Stall(
                                Double.parseDouble(value(words[1], "avg10=", line)),
                                Double.parseDouble(value(words[2], "avg60=", line)),
                                Double.parseDouble(value(words[3], "avg300=", line)),
                                Long.parseLong(value(words[4], "total=", line)));
            } catch (NumberFormatException e) {
                throw bad(line);
            }
            switch (words[0]) {
                case "some" -> some = stall;
                case "full" -> full = stall;
                default -> throw bad(line);
            }
        }
        return new CgroupStats.Pressure(some, full);
    }

    private static String value(String word, String prefix, String line) throws IOException {
        if (!word.startsWith(prefix)) {
            throw bad(line);
        }
        return word.substring(prefix.length());
    }

    private static IOException bad(String line) {
        return new IOException("Pressure line '" + line + "' is not what the kernel documents");
    }
}
