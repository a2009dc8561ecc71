package dev.caravel.cri.fake;

import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStats;
import dev.caravel.cri.CpuUsage;
import dev.caravel.cri.FilesystemUsage;
import dev.caravel.cri.MemoryUsage;
import dev.caravel.cri.ProcessUsage;
import dev.caravel.cri.SandboxStats;
import dev.caravel.cri.fake.FakePods.Box;
import dev.caravel.cri.fake.FakePods.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a {@link FakeRuntime} measures: what the test said, for containers that run. Guarded by its
 * lock.
 */
final class FakeStats {
    static final String MOUNTPOINT = "/var/lib/fake";

    private final Map<String, Usage> usages = new HashMap<>();

    private record Usage(long cpuNanos, long workingSetBytes, long diskBytes) {
        static final Usage NONE = new Usage(0, 0, 0);
    }

    void set(String containerId, long cpuNanos, long workingSetBytes, long diskBytes) {
        usages.put(containerId, new Usage(cpuNanos, workingSetBytes, diskBytes));
    }

    ContainerStats of(Box box, Instant now) {
        var usage = usages.getOrDefault(box.status().id(), Usage.NONE);
        boolean runs = box.status().state() == ContainerState.RUNNING;
        return new ContainerStats(
                box.status().id(),
                box.status().metadata(),
                box.status().labels(),
                box.status().annotations(),
                runs ? Optional.of(cpu(now, usage.cpuNanos())) : Optional.empty(),
                runs ? Optional.of(memory(now, usage.workingSetBytes())) : Optional.empty(),
                Optional.of(disk(now, usage.diskBytes())),
                Optional.empty(),
                Optional.empty());
    }

    SandboxStats of(Pod pod, List<Box> boxes, Instant now) {
        var usage =
                boxes.stream().map(b -> usages.getOrDefault(b.status().id(), Usage.NONE)).toList();
        return new SandboxStats(
                pod.status().id(),
                pod.status().metadata(),
                pod.status().labels(),
                pod.status().annotations(),
                Optional.of(cpu(now, usage.stream().mapToLong(Usage::cpuNanos).sum())),
                Optional.of(memory(now, usage.stream().mapToLong(Usage::workingSetBytes).sum())),
                Optional.empty(),
                Optional.of(new ProcessUsage(now, OptionalLong.of(boxes.size()))),
                Optional.empty(),
                boxes.stream().map(b -> of(b, now)).toList());
    }

    private static CpuUsage cpu(Instant now, long nanos) {
        return new CpuUsage(now, OptionalLong.of(nanos), OptionalLong.empty(), Optional.empty());
    }

    private static MemoryUsage memory(Instant now, long workingSet) {
        var none = OptionalLong.empty();
        return new MemoryUsage(
                now,
                OptionalLong.of(workingSet),
                none,
                OptionalLong.of(workingSet),
                none,
                none,
                none,
                Optional.empty());
    }

    static FilesystemUsage disk(Instant now, long bytes) {
        return new FilesystemUsage(now, MOUNTPOINT, OptionalLong.of(bytes), OptionalLong.of(1));
    }
}
