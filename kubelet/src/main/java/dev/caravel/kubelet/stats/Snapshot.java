package dev.caravel.kubelet.stats;

import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.proc.MemoryInfo;
import java.util.List;
import java.util.Map;

/**
 * One look at everything; each request makes one of its own.
 *
 * @param node the root of the hierarchy
 * @param system groups beside the pods, by the names of the summary ({@code pods}, {@code kubelet})
 * @param failed groups that are there but could not be read
 */
public record Snapshot(
        Usage node,
        MemoryInfo memory,
        Map<String, Usage> system,
        List<PodReading> pods,
        List<String> failed) {
    public Snapshot {
        system = Map.copyOf(system);
        pods = List.copyOf(pods);
        failed = List.copyOf(failed);
    }

    /**
     * Memory in use on the node. The root of a v2 hierarchy counts no kernel memory, so what is not
     * free is taken instead, as cAdvisor does.
     */
    public long nodeUsageBytes() {
        return memory.totalBytes() - memory.freeBytes();
    }

    /** The same less file pages that can be dropped at once; what eviction looks at. */
    public long nodeWorkingSetBytes() {
        long inactive = node.stats().memory().map(CgroupStats.Memory::inactiveFileBytes).orElse(0L);
        return Math.max(0, nodeUsageBytes() - inactive);
    }

    /** Swap in use on the node. */
    public long nodeSwapBytes() {
        return memory.swapTotalBytes() - memory.swapFreeBytes();
    }
}
