package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Controller {@code memory} of cgroup v2 (admin-guide/cgroup-v2.rst). */
final class V2Memory {
    private V2Memory() {}

    static void set(Path directory, CgroupLimits limits) throws IOException {
        if (limits.memoryLimitBytes().isPresent()) {
            long bytes = limits.memoryLimitBytes().getAsLong();
            CgroupWriter.write(directory, "memory.max", bytes == -1 ? "max" : Long.toString(bytes));
        }
    }

    static CgroupLimits limits(CgroupReader reader, Path directory, CgroupLimits limits)
            throws IOException {
        return reader.loadIfPresent(directory.toString(), "memory.max")
                ? limits.withMemoryLimit(reader.limit().orElse(-1))
                : limits;
    }

    static Optional<CgroupStats.Memory> stats(CgroupReader reader, Path path) throws IOException {
        String directory = path.toString();
        if (!reader.loadIfPresent(directory, "memory.stat")) {
            return Optional.empty();
        }
        Map<String, Long> stat = reader.map();
        long usage;
        if (reader.loadIfPresent(directory, "memory.current")) {
            usage = reader.number();
        } else {
            // The root group has no such file. Anonymous memory and page cache are what v1 counts.
            usage = value(stat, "anon") + value(stat, "file");
        }
        long inactiveFile = value(stat, "inactive_file");
        Map<String, Long> events =
                reader.loadIfPresent(directory, "memory.events") ? reader.map() : Map.of();
        return Optional.of(
                new CgroupStats.Memory(
                        usage,
                        Math.max(0, usage - inactiveFile),
                        value(stat, "anon"),
                        value(stat, "file"),
                        number(reader, directory, "memory.swap.current").orElse(0),
                        value(stat, "file_mapped"),
                        value(stat, "kernel"),
                        value(stat, "active_file"),
                        inactiveFile,
                        value(stat, "pgfault"),
                        value(stat, "pgmajfault"),
                        number(reader, directory, "memory.peak"),
                        limit(reader, directory, "memory.max"),
                        limit(reader, directory, "memory.swap.max"),
                        value(events, "max"),
                        value(events, "oom_kill"),
                        events));
    }

    private static long value(Map<String, Long> stat, String name) {
        return stat.getOrDefault(name, 0L);
    }

    private static OptionalLong number(CgroupReader reader, String directory, String name)
            throws IOException {
        return reader.loadIfPresent(directory, name)
                ? OptionalLong.of(reader.number())
                : OptionalLong.empty();
    }

    private static OptionalLong limit(CgroupReader reader, String directory, String name)
            throws IOException {
        return reader.loadIfPresent(directory, name) ? reader.limit() : OptionalLong.empty();
    }
}
