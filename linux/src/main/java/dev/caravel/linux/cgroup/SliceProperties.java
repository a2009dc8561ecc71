package dev.caravel.linux.cgroup;

import dev.caravel.linux.dbus.DbusValue;
import dev.caravel.linux.dbus.Systemd.Property;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Limits as properties of a systemd slice (systemd.resource-control(5)). What systemd has no
 * property for is written to the files only.
 */
final class SliceProperties {
    private static final long DEFAULT_PERIOD = 100_000;

    /** systemd keeps a quota in whole percents of a CPU, that is 10 ms of a second. */
    private static final long PERCENT = 10_000;

    private static final long SECOND = 1_000_000;

    /** First versions that know a property. */
    private static final int QUOTA_PERIOD_SINCE = 242;

    private static final int CPUSET_SINCE = 244;
    private static final int IDLE_SINCE = 252;

    private static final Map<String, String> UNIFIED_MEMORY =
            Map.of(
                    "memory.high", "MemoryHigh",
                    "memory.low", "MemoryLow",
                    "memory.min", "MemoryMin",
                    "memory.max", "MemoryMax",
                    "memory.swap.max", "MemorySwapMax");

    private SliceProperties() {}

    /**
     * Raises the quota to what systemd can keep. The same goes into the files: the runtime asks
     * systemd for the quotas of containers too, and theirs must not be above the pod's.
     */
    static CgroupLimits rounded(CgroupLimits limits) {
        if (limits.cpuQuotaMicros().isEmpty() || limits.cpuQuotaMicros().getAsLong() == -1) {
            return limits;
        }
        long period = limits.cpuPeriodMicros().orElse(DEFAULT_PERIOD);
        long perSecond = quotaPerSecond(limits.cpuQuotaMicros().getAsLong(), period);
        return limits.withCpuQuota(perSecond * period / SECOND, period);
    }

    private static long quotaPerSecond(long quota, long period) {
        long exact = Math.multiplyExact(quota, SECOND) / period;
        return Math.ceilDiv(exact, PERCENT) * PERCENT;
    }

    /** Properties of a new slice, besides its limits. */
    static List<Property> ofNewSlice(String unit, String parentUnit, int cgroupVersion) {
        String io = cgroupVersion == 2 ? "IOAccounting" : "BlockIOAccounting";
        List<Property> properties = new ArrayList<>();
        properties.add(
                new Property("Description", new DbusValue.Text("Kubernetes pods in " + unit)));
        properties.add(
                new Property(
                        "Wants",
                        new DbusValue.Array("s", List.of(new DbusValue.Text(parentUnit)))));
        for (String on : List.of("MemoryAccounting", "CPUAccounting", io, "TasksAccounting")) {
            properties.add(new Property(on, new DbusValue.Bool(true)));
        }
        properties.add(new Property("DefaultDependencies", new DbusValue.Bool(false)));
        return properties;
    }

    /** Properties that stand for limits. */
    static List<Property> ofLimits(CgroupLimits limits, int cgroupVersion, int systemdVersion) {
        boolean v2 = cgroupVersion == 2;
        List<Property> properties = new ArrayList<>();
        if (limits.memoryLimitBytes().isPresent()) {
            String name = v2 ? "MemoryMax" : "MemoryLimit";
            properties.add(number(name, limits.memoryLimitBytes().getAsLong()));
        }
        if (limits.cpuShares().isPresent()) {
            long shares = limits.cpuShares().getAsLong();
            properties.add(
                    v2
                            ? number("CPUWeight", CpuWeight.ofShares(shares))
                            : number("CPUShares", shares));
        }
        addQuota(limits, systemdVersion, properties);
        if (limits.pidsMax().isPresent()) {
            properties.add(number("TasksMax", limits.pidsMax().getAsLong()));
        }
        if (limits.cpusetCpus().isPresent() && systemdVersion >= CPUSET_SINCE) {
            properties.add(cpus(limits.cpusetCpus().get()));
        }
        if (v2) {
            limits.unified().forEach((file, v) -> addUnified(file, v, systemdVersion, properties));
        }
        return properties;
    }

    private static void addQuota(
            CgroupLimits limits, int systemdVersion, List<Property> properties) {
        if (limits.cpuPeriodMicros().isPresent() && systemdVersion >= QUOTA_PERIOD_SINCE) {
            properties.add(number("CPUQuotaPeriodUSec", limits.cpuPeriodMicros().getAsLong()));
        }
        if (limits.cpuQuotaMicros().isPresent()) {
            long quota = limits.cpuQuotaMicros().getAsLong();
            long period = limits.cpuPeriodMicros().orElse(DEFAULT_PERIOD);
            properties.add(
                    number("CPUQuotaPerSecUSec", quota == -1 ? -1 : quotaPerSecond(quota, period)));
        }
    }

    private static void addUnified(
            String file, String value, int systemdVersion, List<Property> properties) {
        String memory = UNIFIED_MEMORY.get(file);
        if (memory != null) {
            properties.add(number(memory, value.equals("max") ? -1 : Long.parseLong(value)));
        } else if (file.equals("cpu.weight")) {
            properties.add(number("CPUWeight", Long.parseLong(value)));
        } else if (file.equals("pids.max")) {
            properties.add(number("TasksMax", value.equals("max") ? -1 : Long.parseLong(value)));
        } else if (file.equals("cpu.idle") && value.equals("1") && systemdVersion >= IDLE_SINCE) {
            properties.add(number("CPUWeight", 0));
        }
    }

    /** All bits set is systemd's infinity, which -1 is. */
    private static Property number(String name, long value) {
        return new Property(name, new DbusValue.UInt64(value));
    }

    /** {@code 0-2,7} as a bit a CPU, the first byte first. */
    private static Property cpus(String list) {
        BitSet bits = new BitSet();
        for (String range : list.split(",", -1)) {
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            bits.set(first, last + 1);
        }
        List<DbusValue> bytes = new ArrayList<>();
        for (byte b : bits.toByteArray()) {
            bytes.add(new DbusValue.UInt8(b & 0xff));
        }
        return new Property("AllowedCPUs", new DbusValue.Array("y", bytes));
    }
}
