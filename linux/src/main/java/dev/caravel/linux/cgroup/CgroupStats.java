package dev.caravel.linux.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one group has used, from one reading. A component is empty when its controller is missing
 * here, as the root group has no counters of some kinds. All sizes are bytes and include the groups
 * below.
 *
 * @param hugetlb by the kernel's name of the page size, e.g. {@code 2MB}
 */
public record CgroupStats(
        Optional<Cpu> cpu,
        Optional<Memory> memory,
        Optional<Pids> pids,
        List<DeviceIo> io,
        Map<String, Hugetlb> hugetlb,
        Optional<Pressure> cpuPressure,
        Optional<Pressure> memoryPressure,
        Optional<Pressure> ioPressure) {
    public CgroupStats {
        io = List.copyOf(io);
        hugetlb = Map.copyOf(hugetlb);
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
     * @param maxUsageBytes highest usage seen; empty on v2 kernels before 5.19
     * @param limitBytes empty when unlimited
     * @param failCount how often the limit was hit
     * @param oomKills processes the OOM killer ended in this group and below
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
            OptionalLong oomKills,
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

    /** Huge pages of one size. */
    public record Hugetlb(long usageBytes, OptionalLong maxUsageBytes, long failCount) {}

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
