package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Controller {@code memory} of cgroup v1 (admin-guide/cgroup-v1/memory.rst). */
final class V1Memory {
    private static final String LIMIT = "memory.limit_in_bytes";
    private static final String SWAP_LIMIT = "memory.memsw.limit_in_bytes";

    /** What the kernel shows for "no limit": the largest number of whole pages, of any size. */
    private static final long UNLIMITED = Long.MAX_VALUE - 0xfffff;

    private V1Memory() {}

    static void set(Path directory, CgroupLimits limits) throws IOException {
        if (limits.memoryLimitBytes().isEmpty()) {
            return;
        }
        long bytes = limits.memoryLimitBytes().getAsLong();
        // Memory and swap together may not be limited below memory alone.
        if (bytes == -1 && directory.resolve(SWAP_LIMIT).toFile().exists()) {
            CgroupWriter.write(directory, SWAP_LIMIT, bytes);
        }
        try {
            CgroupWriter.write(directory, LIMIT, bytes);
        } catch (IOException e) {
            // Most often EBUSY: what is in use cannot be freed.
            throw new IOException(e.getMessage() + usage(directory), e);
        }
    }

    private static String usage(Path directory) throws IOException {
        CgroupReader reader = new CgroupReader();
        return reader.load(directory.toString(), "memory.usage_in_bytes")
                ? " (in use: " + reader.number() + " bytes)"
                : "";
    }

    static CgroupLimits limits(CgroupReader reader, Path directory, CgroupLimits limits)
            throws IOException {
        return reader.load(directory.toString(), LIMIT)
                ? limits.withMemoryLimit(limit(reader.number()).orElse(-1))
                : limits;
    }

    private static OptionalLong limit(long bytes) {
        return bytes >= UNLIMITED ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    static Optional<CgroupStats.Memory> stats(CgroupReader reader, Path path) throws IOException {
        String directory = path.toString();
        if (!reader.load(directory, "memory.usage_in_bytes")) {
            return Optional.empty();
        }
        long usage = reader.number();
        if (!reader.load(directory, "memory.stat")) {
            return Optional.empty();
        }
        Map<String, Long> stat = reader.map();
        long inactiveFile = total(stat, "inactive_file");
        return Optional.of(
                new CgroupStats.Memory(
                        usage,
                        Math.max(0, usage - inactiveFile),
                        total(stat, "rss"),
                        total(stat, "cache"),
                        total(stat, "swap"),
                        total(stat, "mapped_file"),
                        number(reader, directory, "memory.kmem.usage_in_bytes"),
                        total(stat, "active_file"),
                        inactiveFile,
                        total(stat, "pgfault"),
                        total(stat, "pgmajfault"),
                        OptionalLong.of(number(reader, directory, "memory.max_usage_in_bytes")),
                        limit(number(reader, directory, LIMIT)),
                        limit(stat.getOrDefault("hierarchical_memsw_limit", Long.MAX_VALUE)),
                        number(reader, directory, "memory.failcnt"),
                        oomKills(reader, directory),
                        Map.of()));
    }

    /** The value with all groups below; the root of very old kernels has only its own. */
    private static long total(Map<String, Long> stat, String name) {
        Long total = stat.get("total_" + name);
        return total != null ? total : stat.getOrDefault(name, 0L);
    }

    private static long number(CgroupReader reader, String directory, String name)
            throws IOException {
        return reader.load(directory, name) ? reader.number() : 0;
    }

    private static long oomKills(CgroupReader reader, String directory) throws IOException {
        return reader.load(directory, "memory.oom_control")
                ? reader.map().getOrDefault("oom_kill", 0L)
                : 0;
    }
}
