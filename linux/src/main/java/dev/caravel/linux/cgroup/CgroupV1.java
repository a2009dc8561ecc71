package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Cgroup v1: one mount for each controller or few, the same path in all of them. */
final class CgroupV1 implements Hierarchy {
    /** The hierarchy systemd keeps for its own bookkeeping. */
    static final String SYSTEMD = "name=systemd";

    private static final List<String> USED = List.of("cpu", "cpuset", "memory", "hugetlb", "pids");

    /** A group that lacks one of these does not exist; others are the runtime's business. */
    private static final List<String> NEEDED =
            List.of("cpu", "cpuacct", "cpuset", "memory", "hugetlb", "pids", SYSTEMD);

    private final Map<String, Path> mountPoints;
    private final Set<Path> hierarchies;
    private final List<Long> hugePageSizes;

    /**
     * Works on the given hierarchies.
     *
     * @param mountPoints by controller; several may share one
     * @param hugePageSizes sizes in bytes this node has
     */
    CgroupV1(Map<String, Path> mountPoints, List<Long> hugePageSizes) {
        this.mountPoints = Map.copyOf(mountPoints);
        this.hierarchies = new LinkedHashSet<>(mountPoints.values());
        this.hugePageSizes = List.copyOf(hugePageSizes);
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Set<String> controllers() {
        Set<String> present = new TreeSet<>(USED);
        present.retainAll(mountPoints.keySet());
        return present;
    }

    @Override
    public boolean exists(String path) {
        for (String controller : NEEDED) {
            Path directory = directory(controller, path);
            if (directory != null && !Files.isDirectory(directory)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void create(String path) throws IOException {
        for (Path root : hierarchies) {
            Path directory = CgroupTree.directory(root, path);
            if (root.equals(mountPoints.get("cpuset"))) {
                V1Cpuset.create(root, directory);
            } else {
                Files.createDirectories(directory);
            }
        }
    }

    @Override
    public void update(String path, CgroupLimits limits) throws IOException {
        Path cpuset = directory("cpuset", path);
        if (cpuset != null) {
            V1Cpuset.set(cpuset, limits);
        }
        Path memory = directory("memory", path);
        if (memory != null) {
            V1Memory.set(memory, limits);
        }
        Path cpu = directory("cpu", path);
        if (cpu != null) {
            V1Cpu.set(cpu, limits);
        }
        Path pids = directory("pids", path);
        if (pids != null) {
            V1Pids.set(pids, limits);
        }
        Path hugetlb = directory("hugetlb", path);
        if (hugetlb != null) {
            V1Hugetlb.set(hugetlb, limits, hugePageSizes, V1Hugetlb.V1_SUFFIX);
        }
    }

    private @Nullable Path directory(String controller, String path) {
        Path root = mountPoints.get(controller);
        return root == null ? null : CgroupTree.directory(root, path);
    }

    @Override
    public Optional<CgroupLimits> limits(String path) throws IOException {
        CgroupReader reader = new CgroupReader();
        Path cpu = directory("cpu", path);
        Optional<CgroupLimits> read =
                cpu == null ? Optional.of(CgroupLimits.none()) : V1Cpu.limits(reader, cpu);
        if (read.isEmpty()) {
            return read;
        }
        CgroupLimits limits = read.get();
        Path memory = directory("memory", path);
        if (memory != null) {
            limits = V1Memory.limits(reader, memory, limits);
        }
        Path pids = directory("pids", path);
        if (pids != null) {
            limits = V1Pids.limits(reader, pids, limits);
        }
        return Optional.of(limits);
    }

    @Override
    public boolean kill(String path) {
        return false;
    }

    @Override
    public void remove(String path) throws IOException {
        for (Path root : hierarchies) {
            CgroupTree.remove(CgroupTree.directory(root, path));
        }
    }

    @Override
    public List<String> children(String path) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path root : hierarchies) {
            for (Path child : CgroupTree.children(CgroupTree.directory(root, path))) {
                names.add(String.valueOf(child.getFileName()));
            }
        }
        return new ArrayList<>(names);
    }

    @Override
    public List<Integer> pids(String path) throws IOException {
        Set<Integer> pids = new TreeSet<>();
        for (Path root : hierarchies) {
            CgroupTree.collectPids(CgroupTree.directory(root, path), pids);
        }
        return new ArrayList<>(pids);
    }

    @Override
    public Optional<CgroupStats> stats(String path) throws IOException {
        CgroupReader reader = new CgroupReader();
        Path accounting = directory("cpuacct", path);
        Path cpu = directory("cpu", path);
        Path memory = directory("memory", path);
        Path pids = directory("pids", path);
        Path blkio = directory("blkio", path);
        Optional<CgroupStats.Cpu> cpuStats =
                accounting == null || cpu == null
                        ? Optional.empty()
                        : V1Cpu.stats(reader, cpu, accounting);
        Optional<CgroupStats.Memory> memoryStats =
                memory == null ? Optional.empty() : V1Memory.stats(reader, memory);
        if (cpuStats.isEmpty() && memoryStats.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new CgroupStats(
                        cpuStats,
                        memoryStats,
                        pids == null ? Optional.empty() : V1Pids.stats(reader, pids),
                        blkio == null ? List.of() : V1Blkio.stats(reader, blkio),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }
}
