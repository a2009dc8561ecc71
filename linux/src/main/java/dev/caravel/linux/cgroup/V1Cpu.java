package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Controllers {@code cpu} and {@code cpuacct} of cgroup v1 (admin-guide/cgroup-v1). */
final class V1Cpu {
    /** USER_HZ, a constant of the kernel's interface. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private V1Cpu() {}

    static void set(Path directory, CgroupLimits limits) throws IOException {
        if (limits.cpuShares().isPresent()) {
            CgroupWriter.write(directory, "cpu.shares", limits.cpuShares().getAsLong());
        }
        boolean periodPending = limits.cpuPeriodMicros().isPresent();
        if (periodPending) {
            try {
                setPeriod(directory, limits);
                periodPending = false;
            } catch (IOException e) {
                // Old quota and new period together may exceed the parent's share; with the new
                // quota in place the period fits.
                if (limits.cpuQuotaMicros().isEmpty()) {
                    throw e;
                }
            }
        }
        if (limits.cpuQuotaMicros().isPresent()) {
            CgroupWriter.write(directory, "cpu.cfs_quota_us", limits.cpuQuotaMicros().getAsLong());
        }
        if (periodPending) {
            setPeriod(directory, limits);
        }
    }

    private static void setPeriod(Path directory, CgroupLimits limits) throws IOException {
        long period = limits.cpuPeriodMicros().orElseThrow();
        CgroupWriter.write(directory, "cpu.cfs_period_us", period);
    }

    static Optional<CgroupLimits> limits(CgroupReader reader, Path path) throws IOException {
        String directory = path.toString();
        if (!reader.load(directory, "cpu.shares")) {
            return Optional.empty();
        }
        CgroupLimits limits = CgroupLimits.none().withCpuShares(reader.number());
        // Absent without CONFIG_CFS_BANDWIDTH.
        if (reader.loadIfPresent(directory, "cpu.cfs_quota_us")) {
            long quota = reader.number();
            if (reader.load(directory, "cpu.cfs_period_us")) {
                limits = limits.withCpuQuota(quota, reader.number());
            }
        }
        return Optional.of(limits);
    }

    /**
     * Reads both controllers.
     *
     * @param cpu folder of the {@code cpu} controller
     * @param accounting folder of {@code cpuacct}, often the same
     */
    static Optional<CgroupStats.Cpu> stats(CgroupReader reader, Path cpu, Path accounting)
            throws IOException {
        if (!reader.load(accounting.toString(), "cpuacct.usage")) {
            return Optional.empty();
        }
        long usage = reader.number();
        Map<String, Long> ticks =
                reader.load(accounting.toString(), "cpuacct.stat") ? reader.map() : Map.of();
        Map<String, Long> throttling =
                reader.load(cpu.toString(), "cpu.stat") ? reader.map() : Map.of();
        return Optional.of(
                new CgroupStats.Cpu(
                        usage,
                        ticks.getOrDefault("user", 0L) * NANOS_PER_TICK,
                        ticks.getOrDefault("system", 0L) * NANOS_PER_TICK,
                        throttling.getOrDefault("nr_periods", 0L),
                        throttling.getOrDefault("nr_throttled", 0L),
                        throttling.getOrDefault("throttled_time", 0L),
                        throttling.getOrDefault("nr_bursts", 0L),
                        throttling.getOrDefault("burst_time", 0L)));
    }
}
