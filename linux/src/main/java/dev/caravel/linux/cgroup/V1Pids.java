package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Controller {@code pids}, the same files in both versions (admin-guide/cgroup-v1/pids.rst). The
 * root group has none of them.
 */
final class V1Pids {
    private V1Pids() {}

    static void set(Path directory, CgroupLimits limits) throws IOException {
        if (limits.pidsMax().isPresent()) {
            long max = limits.pidsMax().getAsLong();
            CgroupWriter.write(directory, "pids.max", max == -1 ? "max" : Long.toString(max));
        }
    }

    static CgroupLimits limits(CgroupReader reader, Path directory, CgroupLimits limits)
            throws IOException {
        return reader.loadIfPresent(directory.toString(), "pids.max")
                ? limits.withPidsMax(reader.limit().orElse(-1))
                : limits;
    }

    static Optional<CgroupStats.Pids> stats(CgroupReader reader, Path path) throws IOException {
        String directory = path.toString();
        if (!reader.loadIfPresent(directory, "pids.current")) {
            return Optional.empty();
        }
        long current = reader.number();
        OptionalLong limit =
                reader.load(directory, "pids.max") ? reader.limit() : OptionalLong.empty();
        return Optional.of(new CgroupStats.Pids(current, limit));
    }
}
