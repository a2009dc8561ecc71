package dev.caravel.kubelet.evict;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ContainerStats;
import dev.caravel.cri.ContainerStatsFilter;
import dev.caravel.cri.FilesystemUsage;
import dev.caravel.cri.MemoryUsage;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.RuntimeLabels;
import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.fs.DirectoryTree;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a pod from its cgroup, the runtime's statistics and its folders. Counting files stops at
 * a bound, because a container decides how many there are.
 */
public final class UsageReader implements PodUsages {
    private static final Logger log = LoggerFactory.getLogger(UsageReader.class);

    private static final long MOST_ENTRIES = 1_000_000;

    private final ContainerRuntime runtime;
    private final Cgroups cgroups;
    private final DirectoryTree trees;
    private final Places places;

    /**
     * Where a pod's things are.
     *
     * @param cgroup path of the pod's cgroup
     * @param logs folder of the pod's logs, with one folder for each container
     * @param emptyDir folder of a volume of kind emptyDir
     */
    public record Places(
            Function<DesiredPod, String> cgroup,
            Function<DesiredPod, Path> logs,
            java.util.function.BiFunction<DesiredPod, String, Path> emptyDir) {}

    public UsageReader(
            ContainerRuntime runtime, Cgroups cgroups, DirectoryTree trees, Places places) {
        this.runtime = runtime;
        this.cgroups = cgroups;
        this.trees = trees;
        this.places = places;
    }

    @Override
    public Optional<PodUsage> measure(DesiredPod pod) {
        try {
            Optional<CgroupStats> stats = cgroups.stats(places.cgroup.apply(pod));
            Map<String, PodUsage.Container> containers = containers(pod);
            if (stats.isEmpty() && containers.isEmpty()) {
                return Optional.empty();
            }
            long memory =
                    stats.flatMap(CgroupStats::memory)
                            .map(CgroupStats.Memory::workingSetBytes)
                            .orElseGet(() -> sum(containers));
            long tasks = stats.flatMap(CgroupStats::pids).map(CgroupStats.Pids::current).orElse(0L);
            return Optional.of(new PodUsage(memory, tasks, containers, volumes(pod)));
        } catch (IOException | RuntimeCallException unreadable) {
            log.warn("Pod {} cannot be measured: {}", pod.ref(), unreadable.getMessage());
            return Optional.empty();
        }
    }

    private static long sum(Map<String, PodUsage.Container> containers) {
        return containers.values().stream().mapToLong(PodUsage.Container::memoryBytes).sum();
    }

    private Map<String, PodUsage.Container> containers(DesiredPod pod) throws IOException {
        ContainerStatsFilter filter =
                new ContainerStatsFilter(
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(RuntimeLabels.POD_UID, pod.ref().uid()));
        Map<String, PodUsage.Container> containers = new HashMap<>();
        for (ContainerStats stats : runtime.listContainerStats(filter).items()) {
            String name = stats.metadata().name();
            long memory = value(stats.memory().map(MemoryUsage::workingSetBytes));
            PodUsage.Disk rootfs =
                    new PodUsage.Disk(
                            value(stats.writableLayer().map(FilesystemUsage::usedBytes)),
                            value(stats.writableLayer().map(FilesystemUsage::inodesUsed)));
            containers.put(
                    name,
                    new PodUsage.Container(
                            memory, rootfs, disk(places.logs.apply(pod).resolve(name))));
        }
        return containers;
    }

    private static long value(Optional<OptionalLong> value) {
        return value.map(v -> v.orElse(0)).orElse(0L);
    }

    private Map<String, PodUsage.Disk> volumes(DesiredPod pod) throws IOException {
        Map<String, PodUsage.Disk> volumes = new HashMap<>();
        for (Volume volume : pod.pod().getSpec().getVolumes()) {
            if (volume.getEmptyDir() != null) {
                volumes.put(volume.getName(), disk(places.emptyDir.apply(pod, volume.getName())));
            }
        }
        return volumes;
    }

    private PodUsage.Disk disk(Path folder) throws IOException {
        try {
            DirectoryTree.Usage usage = trees.usage(folder, MOST_ENTRIES);
            return new PodUsage.Disk(usage.bytes(), usage.inodes());
        } catch (NoSuchFileException absent) {
            return PodUsage.Disk.NOTHING;
        } catch (dev.caravel.linux.sys.SystemCallException failed) {
            if (failed.is(dev.caravel.linux.sys.Errno.ENOENT)) {
                return PodUsage.Disk.NOTHING;
            }
            throw failed;
        }
    }
}
