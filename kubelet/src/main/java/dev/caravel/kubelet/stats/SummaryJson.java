package dev.caravel.kubelet.stats;

import dev.caravel.kubelet.stats.StorageReader.Disk;
import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.proc.InterfaceCounters;
import dev.caravel.linux.sys.FileSystemStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of the summary in the names of k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
final class SummaryJson {
    private SummaryJson() {}

    /** As metav1.Time: whole seconds. */
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static Optional<Map<String, Object>> cpu(Usage usage) {
        return usage.stats()
                .cpu()
                .map(cpu -> {
                    Map<String, Object> json = begin(usage.at());
                    usage.nanoCores().ifPresent(n -> json.put("usageNanoCores", n));
                    json.put("usageCoreNanoSeconds", cpu.usageNanos());
                    psi(json, usage.stats().cpuPressure());
                    return json;
                });
    }

    /** Available is what is left of the limit; without a limit nobody can tell. */
    static Optional<Map<String, Object>> memory(Usage usage) {
        return usage.stats()
                .memory()
                .map(m -> {
                    Map<String, Object> json = begin(usage.at());
                    m.limitBytes()
                            .ifPresent(limit ->
                                    json.put("availableBytes", left(limit, m.workingSetBytes())));
                    json.put("usageBytes", m.usageBytes());
                    json.put("workingSetBytes", m.workingSetBytes());
                    faults(json, m);
                    psi(json, usage.stats().memoryPressure());
                    return json;
                });
    }

    /**
     * Memory of the node.
     *
     * @param hugePageBytes set aside for huge pages, which pods cannot get otherwise
     */
    static Map<String, Object> nodeMemory(Snapshot s, long hugePageBytes) {
        Map<String, Object> json = begin(s.node().at());
        long total = Math.max(0, s.memory().totalBytes() - hugePageBytes);
        json.put("availableBytes", left(total, s.nodeWorkingSetBytes()));
        json.put("usageBytes", s.nodeUsageBytes());
        json.put("workingSetBytes", s.nodeWorkingSetBytes());
        s.node().stats().memory().ifPresent(m -> faults(json, m));
        psi(json, s.node().stats().memoryPressure());
        return json;
    }

    private static void faults(Map<String, Object> json, CgroupStats.Memory m) {
        json.put("rssBytes", m.rssBytes());
        json.put("pageFaults", m.pageFaults());
        json.put("majorPageFaults", m.majorPageFaults());
    }

    private static long left(long limit, long used) {
        return Math.max(0, limit - used);
    }

    static Optional<Map<String, Object>> io(Usage usage) {
        return usage.stats()
                .ioPressure()
                .map(p -> {
                    Map<String, Object> json = begin(usage.at());
                    psi(json, Optional.of(p));
                    return json;
                });
    }

    static Optional<Map<String, Object>> swap(Usage usage) {
        return usage.stats()
                .memory()
                .map(m -> {
                    Map<String, Object> json = begin(usage.at());
                    m.swapLimitBytes()
                            .ifPresent(limit ->
                                    json.put("swapAvailableBytes", left(limit, m.swapBytes())));
                    json.put("swapUsageBytes", m.swapBytes());
                    return json;
                });
    }

    static Map<String, Object> nodeSwap(Snapshot s) {
        Map<String, Object> json = begin(s.node().at());
        json.put("swapAvailableBytes", s.memory().swapFreeBytes());
        json.put("swapUsageBytes", s.nodeSwapBytes());
        return json;
    }

    static Optional<Map<String, Object>> network(
            Instant at, Optional<InterfaceCounters> main, List<InterfaceCounters> all) {
        return main.map(m -> {
            Map<String, Object> json = begin(at);
            traffic(json, m);
            List<Map<String, Object>> each = new ArrayList<>();
            for (InterfaceCounters i : all) {
                Map<String, Object> one = new LinkedHashMap<>();
                traffic(one, i);
                each.add(one);
            }
            json.put("interfaces", each);
            return json;
        });
    }

    private static void traffic(Map<String, Object> json, InterfaceCounters i) {
        json.put("name", i.name());
        json.put("rxBytes", i.receivedBytes());
        json.put("rxErrors", i.receiveErrors());
        json.put("txBytes", i.sentBytes());
        json.put("txErrors", i.sendErrors());
    }

    static Map<String, Object> disk(Instant at, Disk disk) {
        FileSystemStatus fs = disk.fileSystem();
        Map<String, Object> json = begin(at);
        json.put("availableBytes", fs.availableBytes());
        json.put("capacityBytes", fs.capacityBytes());
        json.put("usedBytes", disk.usedBytes());
        json.put("inodesFree", fs.inodesFree());
        json.put("inodes", fs.inodes());
        json.put("inodesUsed", disk.inodesUsed());
        return json;
    }

    private static Map<String, Object> begin(Instant at) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time", time(at));
        return json;
    }

    private static void psi(Map<String, Object> json, Optional<CgroupStats.Pressure> pressure) {
        pressure.ifPresent(p -> {
            Map<String, Object> both = new LinkedHashMap<>();
            both.put("full", stall(p.full()));
            both.put("some", stall(p.some()));
            json.put("psi", both);
        });
    }

    /** The type calls the total nanoseconds; what clients have always got is microseconds. */
    private static Map<String, Object> stall(CgroupStats.Stall stall) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("total", stall.totalMicros());
        json.put("avg10", stall.avg10());
        json.put("avg60", stall.avg60());
        json.put("avg300", stall.avg300());
        return json;
    }
}
