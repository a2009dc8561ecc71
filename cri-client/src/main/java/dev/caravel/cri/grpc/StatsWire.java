package dev.caravel.cri.grpc;

import dev.caravel.cri.ContainerStats;
import dev.caravel.cri.ContainerStatsFilter;
import dev.caravel.cri.CpuUsage;
import dev.caravel.cri.FilesystemUsage;
import dev.caravel.cri.IoUsage;
import dev.caravel.cri.MemoryUsage;
import dev.caravel.cri.NetworkUsage;
import dev.caravel.cri.NetworkUsage.InterfaceUsage;
import dev.caravel.cri.ProcessUsage;
import dev.caravel.cri.PsiStats;
import dev.caravel.cri.SandboxStats;
import dev.caravel.cri.SandboxStatsFilter;
import dev.caravel.cri.SwapUsage;
import dev.caravel.proto.cri.NetworkInterfaceUsage;
import dev.caravel.proto.cri.PodSandboxStats;
import dev.caravel.proto.cri.PodSandboxStatsFilter;
import dev.caravel.proto.cri.PsiData;
import java.util.Optional;
import java.util.function.Function;

/** Measurements on the wire. */
final class StatsWire {
    private static final String TIMESTAMP = "timestamp";

    private StatsWire() {}

    static dev.caravel.proto.cri.ContainerStatsFilter toWire(ContainerStatsFilter filter) {
        var wire =
                dev.caravel.proto.cri.ContainerStatsFilter.newBuilder()
                        .putAllLabelSelector(filter.labelSelector());
        filter.id().ifPresent(wire::setId);
        filter.sandboxId().ifPresent(wire::setPodSandboxId);
        return wire.build();
    }

    static PodSandboxStatsFilter toWire(SandboxStatsFilter filter) {
        var wire = PodSandboxStatsFilter.newBuilder().putAllLabelSelector(filter.labelSelector());
        filter.id().ifPresent(wire::setId);
        return wire.build();
    }

    static ContainerStats read(dev.caravel.proto.cri.ContainerStats stats) {
        var attributes = stats.getAttributes();
        return new ContainerStats(
                Answer.id("attributes.id", attributes.getId()),
                ContainerWire.metadata(attributes.hasMetadata(), attributes.getMetadata()),
                attributes.getLabelsMap(),
                attributes.getAnnotationsMap(),
                given(stats.hasCpu(), stats.getCpu(), StatsWire::read),
                given(stats.hasMemory(), stats.getMemory(), StatsWire::read),
                given(stats.hasWritableLayer(), stats.getWritableLayer(), StatsWire::read),
                given(stats.hasSwap(), stats.getSwap(), StatsWire::read),
                given(stats.hasIo(), stats.getIo(), StatsWire::read));
    }

    static SandboxStats read(PodSandboxStats stats) {
        var attributes = stats.getAttributes();
        var linux = stats.getLinux();
        return new SandboxStats(
                Answer.id("attributes.id", attributes.getId()),
                SandboxWire.metadata(attributes.hasMetadata(), attributes.getMetadata()),
                attributes.getLabelsMap(),
                attributes.getAnnotationsMap(),
                given(linux.hasCpu(), linux.getCpu(), StatsWire::read),
                given(linux.hasMemory(), linux.getMemory(), StatsWire::read),
                given(linux.hasNetwork(), linux.getNetwork(), StatsWire::read),
                given(linux.hasProcess(), linux.getProcess(), StatsWire::read),
                given(linux.hasIo(), linux.getIo(), StatsWire::read),
                linux.getContainersList().stream().map(StatsWire::read).toList());
    }

    private static <W, R> Optional<R> given(boolean present, W wire, Function<W, R> read) {
        return present ? Optional.of(read.apply(wire)) : Optional.empty();
    }

    private static CpuUsage read(dev.caravel.proto.cri.CpuUsage cpu) {
        return new CpuUsage(
                Answer.time(TIMESTAMP, cpu.getTimestamp()),
                Answer.unsigned(cpu.hasUsageCoreNanoSeconds(), cpu.getUsageCoreNanoSeconds()),
                Answer.unsigned(cpu.hasUsageNanoCores(), cpu.getUsageNanoCores()),
                given(cpu.hasPsi(), cpu.getPsi(), StatsWire::read));
    }

    private static MemoryUsage read(dev.caravel.proto.cri.MemoryUsage memory) {
        return new MemoryUsage(
                Answer.time(TIMESTAMP, memory.getTimestamp()),
                Answer.unsigned(memory.hasWorkingSetBytes(), memory.getWorkingSetBytes()),
                Answer.unsigned(memory.hasAvailableBytes(), memory.getAvailableBytes()),
                Answer.unsigned(memory.hasUsageBytes(), memory.getUsageBytes()),
                Answer.unsigned(memory.hasRssBytes(), memory.getRssBytes()),
                Answer.unsigned(memory.hasPageFaults(), memory.getPageFaults()),
                Answer.unsigned(memory.hasMajorPageFaults(), memory.getMajorPageFaults()),
                given(memory.hasPsi(), memory.getPsi(), StatsWire::read));
    }

    private static SwapUsage read(dev.caravel.proto.cri.SwapUsage swap) {
        return new SwapUsage(
                Answer.time(TIMESTAMP, swap.getTimestamp()),
                Answer.unsigned(swap.hasSwapAvailableBytes(), swap.getSwapAvailableBytes()),
                Answer.unsigned(swap.hasSwapUsageBytes(), swap.getSwapUsageBytes()));
    }

    private static IoUsage read(dev.caravel.proto.cri.IoUsage io) {
        return new IoUsage(
                Answer.time(TIMESTAMP, io.getTimestamp()),
                given(io.hasPsi(), io.getPsi(), StatsWire::read));
    }

    static FilesystemUsage read(dev.caravel.proto.cri.FilesystemUsage usage) {
        return new FilesystemUsage(
                Answer.time(TIMESTAMP, usage.getTimestamp()),
                usage.getFsId().getMountpoint(),
                Answer.unsigned(usage.hasUsedBytes(), usage.getUsedBytes()),
                Answer.unsigned(usage.hasInodesUsed(), usage.getInodesUsed()));
    }

    private static NetworkUsage read(dev.caravel.proto.cri.NetworkUsage network) {
        return new NetworkUsage(
                Answer.time(TIMESTAMP, network.getTimestamp()),
                given(
                        network.hasDefaultInterface(),
                        network.getDefaultInterface(),
                        StatsWire::read),
                network.getInterfacesList().stream().map(StatsWire::read).toList());
    }

    private static InterfaceUsage read(NetworkInterfaceUsage usage) {
        return new InterfaceUsage(
                usage.getName(),
                Answer.unsigned(usage.hasRxBytes(), usage.getRxBytes()),
                Answer.unsigned(usage.hasRxErrors(), usage.getRxErrors()),
                Answer.unsigned(usage.hasTxBytes(), usage.getTxBytes()),
                Answer.unsigned(usage.hasTxErrors(), usage.getTxErrors()));
    }

    private static ProcessUsage read(dev.caravel.proto.cri.ProcessUsage usage) {
        return new ProcessUsage(
                Answer.time(TIMESTAMP, usage.getTimestamp()),
                Answer.unsigned(usage.hasProcessCount(), usage.getProcessCount()));
    }

    private static PsiStats read(dev.caravel.proto.cri.PsiStats psi) {
        return new PsiStats(
                given(psi.hasFull(), psi.getFull(), StatsWire::read),
                given(psi.hasSome(), psi.getSome(), StatsWire::read));
    }

    private static PsiStats.Pressure read(PsiData data) {
        return new PsiStats.Pressure(
                Answer.unsigned(data.getTotal()),
                data.getAvg10(),
                data.getAvg60(),
                data.getAvg300());
    }
}
