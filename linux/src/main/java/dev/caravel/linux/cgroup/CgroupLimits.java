package dev.caravel.linux.cgroup;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Limits of one group in the units of cgroup v1, which is what the contract (§4.6) computes in; the
 * v2 implementation converts. An absent component is left as the kernel has it.
 *
 * @param cpuShares 2 to 262144
 * @param cpuQuotaMicros CPU time per period; -1 for no limit
 * @param cpuPeriodMicros length of a period
 * @param memoryLimitBytes -1 for no limit; 0 counts as absent, as the contract writes it for
 *     "unset"
 * @param pidsMax -1 for no limit; 0 becomes 1, the least systemd takes
 * @param hugetlbBytes limit by page size, both in bytes; page sizes that are absent become 0 when
 *     the map is present at all, so that a pod cannot use what it did not ask for
 * @param cpusetCpus list in the kernel's form, e.g. {@code 0-2,7}
 * @param unified v2 only: file name to text, written last; ignored on v1
 */
public record CgroupLimits(
        OptionalLong cpuShares,
        OptionalLong cpuQuotaMicros,
        OptionalLong cpuPeriodMicros,
        OptionalLong memoryLimitBytes,
        OptionalLong pidsMax,
        Optional<Map<Long, Long>> hugetlbBytes,
        Optional<String> cpusetCpus,
        Map<String, String> unified) {
    private static final OptionalLong NO = OptionalLong.empty();
    private static final CgroupLimits NONE =
            new CgroupLimits(NO, NO, NO, NO, NO, Optional.empty(), Optional.empty(), Map.of());

    public CgroupLimits {
        cpuShares.ifPresent(value -> require(value >= 2 && value <= 262144, "cpu.shares", value));
        cpuQuotaMicros.ifPresent(value -> require(value == -1 || value > 0, "cpu quota", value));
        cpuPeriodMicros.ifPresent(value -> require(value > 0, "cpu period", value));
        memoryLimitBytes.ifPresent(value -> require(value >= -1, "memory limit", value));
        pidsMax.ifPresent(value -> require(value >= -1, "pids.max", value));
        if (memoryLimitBytes.isPresent() && memoryLimitBytes.getAsLong() == 0) {
            memoryLimitBytes = OptionalLong.empty();
        }
        if (pidsMax.isPresent() && pidsMax.getAsLong() == 0) {
            pidsMax = OptionalLong.of(1);
        }
        hugetlbBytes = hugetlbBytes.map(Map::copyOf);
        unified.keySet().forEach(CgroupLimits::requireFileName);
        unified = Map.copyOf(unified);
    }

    private static void require(boolean holds, String what, long value) {
        if (!holds) {
            throw new IllegalArgumentException(what + " of " + value + " is out of range");
        }
    }

    private static void requireFileName(String name) {
        if (name.indexOf('/') >= 0 || name.indexOf('.') <= 0) {
            throw new IllegalArgumentException(
                    "unified resource '" + name + "' is not of the form CONTROLLER.PARAMETER");
        }
    }

    /** Nothing set. */
    public static CgroupLimits none() {
        return NONE;
    }

    public CgroupLimits withCpuShares(long shares) {
        return new CgroupLimits(
                OptionalLong.of(shares),
                cpuQuotaMicros,
                cpuPeriodMicros,
                memoryLimitBytes,
                pidsMax,
                hugetlbBytes,
                cpusetCpus,
                unified);
    }

    /** Sets quota and period together, as the kernel checks one against the other. */
    public CgroupLimits withCpuQuota(long quotaMicros, long periodMicros) {
        return new CgroupLimits(
                cpuShares,
                OptionalLong.of(quotaMicros),
                OptionalLong.of(periodMicros),
                memoryLimitBytes,
                pidsMax,
                hugetlbBytes,
                cpusetCpus,
                unified);
    }

    public CgroupLimits withMemoryLimit(long bytes) {
        return new CgroupLimits(
                cpuShares,
                cpuQuotaMicros,
                cpuPeriodMicros,
                OptionalLong.of(bytes),
                pidsMax,
                hugetlbBytes,
                cpusetCpus,
                unified);
    }

    public CgroupLimits withPidsMax(long max) {
        return new CgroupLimits(
                cpuShares,
                cpuQuotaMicros,
                cpuPeriodMicros,
                memoryLimitBytes,
                OptionalLong.of(max),
                hugetlbBytes,
                cpusetCpus,
                unified);
    }

    public CgroupLimits withHugetlb(Map<Long, Long> limitByPageSize) {
        return new CgroupLimits(
                cpuShares,
                cpuQuotaMicros,
                cpuPeriodMicros,
                memoryLimitBytes,
                pidsMax,
                Optional.of(limitByPageSize),
                cpusetCpus,
                unified);
    }

    public CgroupLimits withCpuset(String cpus) {
        return new CgroupLimits(
                cpuShares,
                cpuQuotaMicros,
                cpuPeriodMicros,
                memoryLimitBytes,
                pidsMax,
                hugetlbBytes,
                Optional.of(cpus),
                unified);
    }

    /** Adds one v2 file, e.g. {@code memory.min} to {@code 0}. */
    public CgroupLimits withUnified(String file, String value) {
        Map<String, String> more = new TreeMap<>(unified);
        more.put(file, value);
        return new CgroupLimits(
                cpuShares,
                cpuQuotaMicros,
                cpuPeriodMicros,
                memoryLimitBytes,
                pidsMax,
                hugetlbBytes,
                cpusetCpus,
                more);
    }
}
