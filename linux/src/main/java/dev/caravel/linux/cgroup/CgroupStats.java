package dev.caravel.linux.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one group has used, from one reading. A component is empty when its controller is missing
 * here, as the root group has no counters of some kinds. All sizes are bytes and include the groups
 * below.
 */
public record CgroupStats(
        Optional<Cpu> cpu,
        Optional<Memory> memory,
        Optional<Pids> pids,
        List<DeviceIo> io,
        Optional<Pressure> cpuPressure,
        Optional<Pressure> memoryPressure,
        Optional<Pressure> ioPressure) {
    public CgroupStats {
        io = List.copyOf(io);
    }

    /** CPU time, and how often the quota held the group back. */
    public record Cpu(
            long usageNanos,
            long userNanos,
            long systemNanos,
            long periods,
            long throttledPeriods,
            long throttledNanos,
            long burstPeriods,
            long burstNanos) {}

    /**
     * Memory.
     *
     * @param usageBytes all that is charged, page cache included
     * @param workingSetBytes usage less inactive file pages, at least 0
     * @param rssBytes anonymous memory
     * @param cacheBytes page cache
     * @param kernelBytes memory of the kernel for this group; 0 on v2 kernels before 5.18
     * @param maxUsageBytes highest usage seen; empty on v2 kernels before 5.19
     * @param limitBytes empty when unlimited
     * @param swapLimitBytes swap alone on v2, memory and swap together on v1; empty when unlimited
     * @param failCount how often the limit was hit
     * @param oomKills processes the OOM killer ended; on v2 in the groups below as well
     * @param events v2's {@code memory.events}; empty on v1
     */
    public record Memory(
            long usageBytes,
            long workingSetBytes,
            long rssBytes,
            long cacheBytes,
            long swapBytes,
            long mappedFileBytes,
            long kernelBytes,
            long activeFileBytes,
            long inactiveFileBytes,
            long pageFaults,
            long majorPageFaults,
            OptionalLong maxUsageBytes,
            OptionalLong limitBytes,
            OptionalLong swapLimitBytes,
            long failCount,
            long oomKills,
            Map<String, Long> events) {
        public Memory {
            events = Map.copyOf(events);
        }
    }

    /**
     * Tasks.
     *
     * @param current tasks (threads count one each)
     * @param limit empty when unlimited
     */
    public record Pids(long current, OptionalLong limit) {}

    /** Transfers to one block device. */
    public record DeviceIo(
            int major, int minor, long readBytes, long writeBytes, long reads, long writes) {}

    /** Pressure stall information (Documentation/accounting/psi.rst). */
    public record Pressure(Stall some, Stall full) {}

    /**
     * One line of a pressure file.
     *
     * @param avg10 share of the last 10 seconds spent waiting, in percent
     * @param avg60 the same over 60 seconds
     * @param avg300 the same over 300 seconds
     * @param totalMicros time spent waiting since the group exists
     */
    public record Stall(double avg10, double avg60, double avg300, long totalMicros) {}
}
