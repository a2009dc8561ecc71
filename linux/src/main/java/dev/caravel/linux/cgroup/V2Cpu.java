package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Controllers {@code cpu} and {@code cpuset} of cgroup v2 (admin-guide/cgroup-v2.rst). */
final class V2Cpu {
    private static final long NANOS_PER_MICRO = 1000;

    /** The kernel's own period, for a quota that comes without one. */
    private static final long DEFAULT_PERIOD = 100_000;

    private V2Cpu() {}

    static void set(Path directory, CgroupLimits limits) throws IOException {
        if (limits.cpuShares().isPresent()) {
            long weight = CpuWeight.ofShares(limits.cpuShares().getAsLong());
            CgroupWriter.write(directory, "cpu.weight", weight);
        }
        if (limits.cpuQuotaMicros().isPresent() || limits.cpuPeriodMicros().isPresent()) {
            long quota = limits.cpuQuotaMicros().orElse(-1);
            long period = limits.cpuPeriodMicros().orElse(DEFAULT_PERIOD);
            CgroupWriter.write(
                    directory,
                    "cpu.max",
                    (quota == -1 ? "max" : Long.toString(quota)) + " " + period);
        }
        if (limits.cpusetCpus().isPresent()) {
            CgroupWriter.write(directory, "cpuset.cpus", limits.cpusetCpus().get());
        }
    }

    static CgroupLimits limits(CgroupReader reader, Path path, CgroupLimits limits)
            throws IOException {
        String directory = path.toString();
        CgroupLimits read = limits;
        if (reader.loadIfPresent(directory, "cpu.weight")) {
            read = read.withCpuShares(CpuWeight.toShares(reader.number()));
        }
        if (reader.loadIfPresent(directory, "cpu.max")) {
            String text = reader.text();
            int space = text.indexOf(' ');
            if (space < 0) {
                throw new IOException(
                        "Read " + directory + "/cpu.max: '" + text + "' is no quota and period");
            }
            String quota = text.substring(0, space);
            long period = CgroupReader.decimal(text.substring(space + 1));
            read =
                    read.withCpuQuota(
                            quota.equals("max") ? -1 : CgroupReader.decimal(quota), period);
        }
        return read;
    }

    /** Usage is there without the controller; what the quota did needs it. */
    static Optional<CgroupStats.Cpu> stats(CgroupReader reader, Path directory) throws IOException {
        if (!reader.load(directory.toString(), "cpu.stat")) {
            return Optional.empty();
        }
        Map<String, Long> stat = reader.map();
        return Optional.of(
                new CgroupStats.Cpu(
                        nanos(stat, "usage_usec"),
                        nanos(stat, "user_usec"),
                        nanos(stat, "system_usec"),
                        stat.getOrDefault("nr_periods", 0L),
                        stat.getOrDefault("nr_throttled", 0L),
                        nanos(stat, "throttled_usec"),
                        stat.getOrDefault("nr_bursts", 0L),
                        nanos(stat, "burst_usec")));
    }

    private static long nanos(Map<String, Long> stat, String name) {
        return stat.getOrDefault(name, 0L) * NANOS_PER_MICRO;
    }
}
