package dev.caravel.kubelet.stats;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.metrics.SeriesWriter;
import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.proc.CpuTopology;
import dev.caravel.linux.proc.InterfaceCounters;
import dev.caravel.linux.proc.MemoryInfo;
import dev.caravel.linux.proc.ProcFs;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;

/**
 * {@code /metrics/cadvisor}: the series of cAdvisor that dashboards and alerts use (contract §9.5).
 */
public final class CadvisorMetrics implements HttpHandler {

    private final SnapshotReader reader;
    private final ProcFs proc;
    private final BlockDevices devices;

    public CadvisorMetrics(SnapshotReader reader, ProcFs proc, BlockDevices devices) {
        this.reader = reader;
        this.proc = proc;
        this.devices = devices;
    }

    @Override
    public void handle(HttpExchange x) throws IOException {
        Snapshot snapshot = reader.read();
        int self = (int) ProcessHandle.current().pid();
        List<MeasuredGroup> groups =
                MeasuredGroup.of(snapshot, Interfaces.counted(proc.network(self)));
        CpuTopology cpus = proc.cpus();
        SeriesResponse.send(
                x,
                out -> {
                    write(out, groups, devices);
                    machine(out, cpus, snapshot.memory());
                });
    }

    static void write(SeriesWriter out, List<MeasuredGroup> groups, BlockDevices devices)
            throws IOException {
        for (CadvisorFamily family : CadvisorFamily.ALL) {
            boolean begun = false;
            for (MeasuredGroup g : groups) {
                OptionalDouble value = family.value().apply(g);
                if (value.isPresent()) {
                    begun = begin(out, begun, family.name(), family.type(), family.help());
                    String[] own = family.labels().toArray(String[]::new);
                    out.sampleAt(value.getAsDouble(), millis(g), g.labels(own));
                }
            }
        }
        faults(out, groups);
        transfers(out, groups, devices);
        network(out, groups);
    }

    private static boolean begin(
            SeriesWriter out, boolean begun, String name, SeriesWriter.Type type, String help)
            throws IOException {
        if (!begun) {
            out.family("container_" + name, type, help);
        }
        return true;
    }

    private static long millis(MeasuredGroup g) {
        return g.usage().at().toEpochMilli();
    }

    /** A group's counters include the groups below it: scope {@code hierarchy}. */
    private static void faults(SeriesWriter out, List<MeasuredGroup> groups) throws IOException {
        boolean begun = false;
        for (MeasuredGroup g : groups) {
            if (g.memory().isEmpty()) {
                continue;
            }
            CgroupStats.Memory m = g.memory().get();
            begun =
                    begin(
                            out,
                            begun,
                            "memory_failures_total",
                            SeriesWriter.Type.COUNTER,
                            "Page faults");
            for (String scope : List.of("container", "hierarchy")) {
                out.sampleAt(
                        (double) m.pageFaults(),
                        millis(g),
                        g.labels("failure_type", "pgfault", "scope", scope));
                out.sampleAt(
                        (double) m.majorPageFaults(),
                        millis(g),
                        g.labels("failure_type", "pgmajfault", "scope", scope));
            }
        }
    }

    private static void transfers(
            SeriesWriter out, List<MeasuredGroup> groups, BlockDevices devices) throws IOException {
        transfer(out, groups, devices, "reads_bytes", CgroupStats.DeviceIo::readBytes);
        transfer(out, groups, devices, "reads", CgroupStats.DeviceIo::reads);
        transfer(out, groups, devices, "writes_bytes", CgroupStats.DeviceIo::writeBytes);
        transfer(out, groups, devices, "writes", CgroupStats.DeviceIo::writes);
    }

    private static void transfer(
            SeriesWriter out,
            List<MeasuredGroup> groups,
            BlockDevices devices,
            String what,
            ToLongFunction<CgroupStats.DeviceIo> value)
            throws IOException {
        boolean begun = false;
        for (MeasuredGroup g : groups) {
            for (CgroupStats.DeviceIo io : g.usage().stats().io()) {
                begun =
                        begin(
                                out,
                                begun,
                                "fs_" + what + "_total",
                                SeriesWriter.Type.COUNTER,
                                "Transfers");
                out.sampleAt(
                        (double) value.applyAsLong(io),
                        millis(g),
                        g.labels("device", devices.name(io.major(), io.minor())));
            }
        }
    }

    private static void network(SeriesWriter out, List<MeasuredGroup> groups) throws IOException {
        link(out, groups, "receive_bytes", InterfaceCounters::receivedBytes);
        link(out, groups, "receive_errors", InterfaceCounters::receiveErrors);
        link(out, groups, "receive_packets_dropped", InterfaceCounters::receiveDropped);
        link(out, groups, "receive_packets", InterfaceCounters::receivedPackets);
        link(out, groups, "transmit_bytes", InterfaceCounters::sentBytes);
        link(out, groups, "transmit_errors", InterfaceCounters::sendErrors);
        link(out, groups, "transmit_packets_dropped", InterfaceCounters::sendDropped);
        link(out, groups, "transmit_packets", InterfaceCounters::sentPackets);
    }

    private static void link(
            SeriesWriter out,
            List<MeasuredGroup> groups,
            String what,
            ToLongFunction<InterfaceCounters> value)
            throws IOException {
        boolean begun = false;
        for (MeasuredGroup g : groups) {
            for (InterfaceCounters i : g.interfaces()) {
                begun =
                        begin(
                                out,
                                begun,
                                "network_" + what + "_total",
                                SeriesWriter.Type.COUNTER,
                                "Traffic");
                out.sampleAt(
                        (double) value.applyAsLong(i), millis(g), g.labels("interface", i.name()));
            }
        }
    }

    private void machine(SeriesWriter out, CpuTopology cpus, MemoryInfo memory) throws IOException {
        String[] labels = {
            "boot_id",
            proc.bootId(),
            "machine_id",
            proc.machineId().orElse(""),
            "system_uuid",
            proc.systemUuid().orElse("")
        };
        out.family("machine_cpu_cores", SeriesWriter.Type.GAUGE, "Logical CPUs")
                .sample((double) cpus.cpus().size(), labels);
        out.family("machine_cpu_physical_cores", SeriesWriter.Type.GAUGE, "Cores")
                .sample((double) cpus.cores(), labels);
        out.family("machine_cpu_sockets", SeriesWriter.Type.GAUGE, "Sockets")
                .sample((double) cpus.sockets(), labels);
        out.family("machine_memory_bytes", SeriesWriter.Type.GAUGE, "Memory")
                .sample((double) memory.totalBytes(), labels);
        out.family("machine_swap_bytes", SeriesWriter.Type.GAUGE, "Swap")
                .sample((double) memory.swapTotalBytes(), labels);
    }
}
