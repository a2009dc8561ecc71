package dev.caravel.kubelet.stats;

import dev.caravel.daemon.metrics.SeriesWriter;
import dev.caravel.linux.cgroup.CgroupStats;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A family with one sample a group.
 *
 * @param name behind {@code container_}
 * @param labels of its own, names and values in turn
 * @param value empty where the group has no such counter
 */
record CadvisorFamily(
        String name,
        SeriesWriter.Type type,
        String help,
        List<String> labels,
        Function<MeasuredGroup, OptionalDouble> value) {

    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;

    /** All of them, in the order they are written. */
    static final List<CadvisorFamily> ALL =
            List.of(
                    cpu(
                            "cpu_cfs_burst_periods_total",
                            "Periods in which the quota was borrowed",
                            c -> (double) c.burstPeriods()),
                    cpu(
                            "cpu_cfs_burst_seconds_total",
                            "Time used beyond the quota",
                            c -> c.burstNanos() / NANOS),
                    cpu(
                            "cpu_cfs_periods_total",
                            "Periods in which the quota was enforced",
                            c -> (double) c.periods()),
                    cpu(
                            "cpu_cfs_throttled_periods_total",
                            "Periods in which the quota held the group back",
                            c -> (double) c.throttledPeriods()),
                    cpu(
                            "cpu_cfs_throttled_seconds_total",
                            "Time the quota held the group back",
                            c -> c.throttledNanos() / NANOS),
                    cpu(
                            "cpu_system_seconds_total",
                            "CPU time in the kernel",
                            c -> c.systemNanos() / NANOS),
                    new CadvisorFamily(
                            "cpu_usage_seconds_total",
                            SeriesWriter.Type.COUNTER,
                            "CPU time",
                            List.of("cpu", "total"),
                            g -> of(g.cpu(), c -> c.usageNanos() / NANOS)),
                    cpu(
                            "cpu_user_seconds_total",
                            "CPU time in programs",
                            c -> c.userNanos() / NANOS),
                    new CadvisorFamily(
                            "last_seen",
                            SeriesWriter.Type.GAUGE,
                            "When the group was last seen",
                            List.of(),
                            g -> some(g.usage().at().getEpochSecond())),
                    memory("memory_cache", "Page cache", m -> (double) m.cacheBytes()),
                    counter(
                            "memory_failcnt",
                            "How often the limit was hit",
                            m -> (double) m.failCount()),
                    memory("memory_kernel_usage", "Kernel memory", m -> (double) m.kernelBytes()),
                    memory("memory_mapped_file", "Mapped files", m -> (double) m.mappedFileBytes()),
                    new CadvisorFamily(
                            "memory_max_usage_bytes",
                            SeriesWriter.Type.GAUGE,
                            "Highest memory usage",
                            List.of(),
                            g ->
                                    g.memory()
                                            .filter(m -> m.maxUsageBytes().isPresent())
                                            .map(m -> some(m.maxUsageBytes().getAsLong()))
                                            .orElse(OptionalDouble.empty())),
                    memory("memory_rss", "Anonymous memory", m -> (double) m.rssBytes()),
                    memory("memory_swap", "Swap", m -> (double) m.swapBytes()),
                    memory(
                            "memory_total_active_file_bytes",
                            "Active file pages",
                            m -> (double) m.activeFileBytes()),
                    memory(
                            "memory_total_inactive_file_bytes",
                            "Inactive file pages",
                            m -> (double) m.inactiveFileBytes()),
                    memory("memory_usage_bytes", "Memory usage", m -> (double) m.usageBytes()),
                    memory(
                            "memory_working_set_bytes",
                            "Memory usage less inactive file pages",
                            m -> (double) m.workingSetBytes()),
                    counter(
                            "oom_events_total",
                            "Processes the OOM killer ended",
                            m -> (double) m.oomKills()),
                    pressure("cpu_stalled", CgroupStats::cpuPressure, CgroupStats.Pressure::full),
                    pressure("cpu_waiting", CgroupStats::cpuPressure, CgroupStats.Pressure::some),
                    pressure("io_stalled", CgroupStats::ioPressure, CgroupStats.Pressure::full),
                    pressure("io_waiting", CgroupStats::ioPressure, CgroupStats.Pressure::some),
                    pressure(
                            "memory_stalled",
                            CgroupStats::memoryPressure,
                            CgroupStats.Pressure::full),
                    pressure(
                            "memory_waiting",
                            CgroupStats::memoryPressure,
                            CgroupStats.Pressure::some),
                    new CadvisorFamily(
                            "start_time_seconds",
                            SeriesWriter.Type.GAUGE,
                            "When it started",
                            List.of(),
                            g ->
                                    g.startedAt()
                                            .map(at -> some(at.getEpochSecond()))
                                            .orElse(OptionalDouble.empty())),
                    new CadvisorFamily(
                            "threads",
                            SeriesWriter.Type.GAUGE,
                            "Threads",
                            List.of(),
                            g -> of(g.usage().stats().pids(), p -> (double) p.current())));

    CadvisorFamily {
        labels = List.copyOf(labels);
    }

    private static CadvisorFamily cpu(
            String name, String help, Function<CgroupStats.Cpu, Double> value) {
        return new CadvisorFamily(
                name, SeriesWriter.Type.COUNTER, help, List.of(), g -> of(g.cpu(), value));
    }

    private static CadvisorFamily memory(
            String name, String help, Function<CgroupStats.Memory, Double> value) {
        return new CadvisorFamily(
                name, SeriesWriter.Type.GAUGE, help, List.of(), g -> of(g.memory(), value));
    }

    private static CadvisorFamily counter(
            String name, String help, Function<CgroupStats.Memory, Double> value) {
        return new CadvisorFamily(
                name, SeriesWriter.Type.COUNTER, help, List.of(), g -> of(g.memory(), value));
    }

    private static CadvisorFamily pressure(
            String name,
            Function<CgroupStats, Optional<CgroupStats.Pressure>> resource,
            Function<CgroupStats.Pressure, CgroupStats.Stall> line) {
        return new CadvisorFamily(
                "pressure_" + name + "_seconds_total",
                SeriesWriter.Type.COUNTER,
                "Time spent waiting",
                List.of(),
                g ->
                        of(
                                resource.apply(g.usage().stats()),
                                p -> line.apply(p).totalMicros() / MICROS));
    }

    private static <T> OptionalDouble of(Optional<T> part, Function<T, Double> value) {
        return part.map(p -> OptionalDouble.of(value.apply(p))).orElse(OptionalDouble.empty());
    }

    private static OptionalDouble some(long value) {
        return OptionalDouble.of((double) value);
    }
}
