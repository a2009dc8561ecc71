package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Cgroup v2: one tree, in which each group passes controllers on to those below. */
final class CgroupV2 implements Hierarchy {
    private static final Set<String> USED = Set.of("cpu", "cpuset", "memory", "hugetlb", "pids");
    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String SUBTREE = "cgroup.subtree_control";
    private static final String KILL = "cgroup.kill";

    private final Path root;
    private final List<Long> hugePageSizes;
    private final Set<String> available;
    private final boolean pressure;

    /**
     * Works on the tree mounted at the root.
     *
     * @param hugePageSizes sizes in bytes this node has
     * @param pressure whether the kernel keeps pressure figures; their files exist either way
     */
    CgroupV2(Path root, List<Long> hugePageSizes, boolean pressure) throws IOException {
        this.root = root;
        this.hugePageSizes = List.copyOf(hugePageSizes);
        this.available = controllersOf(root);
        this.pressure = pressure;
    }

    private static Set<String> controllersOf(Path directory) throws IOException {
        CgroupReader reader = new CgroupReader();
        return reader.load(directory.toString(), CONTROLLERS) && !reader.text().isEmpty()
                ? new TreeSet<>(List.of(reader.text().split(" ", -1)))
                : Set.of();
    }

    private Path directory(String path) {
        return CgroupTree.directory(root, path);
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public Set<String> controllers() {
        Set<String> present = new TreeSet<>(USED);
        present.retainAll(available);
        return present;
    }

    @Override
    public boolean exists(String path) throws IOException {
        Path directory = directory(path);
        return Files.isDirectory(directory) && controllersOf(directory).containsAll(controllers());
    }

    @Override
    public void create(String path) throws IOException {
        Path current = root;
        for (Path component : root.relativize(directory(path))) {
            if (!component.toString().isEmpty()) {
                passOnControllers(current);
                current = current.resolve(component);
                if (!Files.isDirectory(current)) {
                    Files.createDirectories(current);
                }
            }
        }
        Set<String> missing = controllers();
        missing.removeAll(controllersOf(current));
        if (!missing.isEmpty()) {
            throw new IOException(
                    "Create cgroup "
                            + path
                            + ": controllers "
                            + missing
                            + " are not passed on by the groups above it; do processes run in one"
                            + " of them?");
        }
    }

    /** Also those the kubelet itself does not use, for the accounting and for the runtime. */
    private void passOnControllers(Path directory) throws IOException {
        CgroupReader reader = new CgroupReader();
        Set<String> passedOn =
                reader.load(directory.toString(), SUBTREE)
                        ? Set.of(reader.text().split(" ", -1))
                        : Set.of();
        for (String controller : available) {
            if (!passedOn.contains(controller)) {
                try {
                    CgroupWriter.write(directory, SUBTREE, "+" + controller);
                } catch (IOException e) {
                    // Whether it matters shows in the controllers of the new group.
                    if (controllers().contains(controller)) {
                        throw e;
                    }
                }
            }
        }
    }

    @Override
    public void update(String path, CgroupLimits limits) throws IOException {
        Path directory = directory(path);
        if (available.contains("cpu")) {
            V2Cpu.set(directory, limits);
        }
        if (available.contains("memory")) {
            V2Memory.set(directory, limits);
        }
        if (available.contains("pids")) {
            V1Pids.set(directory, limits);
        }
        if (available.contains("hugetlb")) {
            V1Hugetlb.set(directory, limits, hugePageSizes, V1Hugetlb.V2_SUFFIX);
        }
        for (Map.Entry<String, String> file : limits.unified().entrySet()) {
            CgroupWriter.write(directory, file.getKey(), file.getValue());
        }
    }

    @Override
    public Optional<CgroupLimits> limits(String path) throws IOException {
        Path directory = directory(path);
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        CgroupReader reader = new CgroupReader();
        CgroupLimits limits = V2Cpu.limits(reader, directory, CgroupLimits.none());
        limits = V2Memory.limits(reader, directory, limits);
        return Optional.of(V1Pids.limits(reader, directory, limits));
    }

    @Override
    public boolean kill(String path) throws IOException {
        Path directory = directory(path);
        // Since Linux 5.14. Unlike one signal after the other it also gets processes that fork.
        if (!Files.exists(directory.resolve(KILL))) {
            return false;
        }
        CgroupWriter.write(directory, KILL, 1);
        return true;
    }

    @Override
    public void remove(String path) throws IOException {
        CgroupTree.remove(directory(path));
    }

    @Override
    public List<String> children(String path) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path child : CgroupTree.children(directory(path))) {
            names.add(String.valueOf(child.getFileName()));
        }
        return new ArrayList<>(names);
    }

    @Override
    public List<Integer> pids(String path) throws IOException {
        Set<Integer> pids = new TreeSet<>();
        CgroupTree.collectPids(directory(path), pids);
        return new ArrayList<>(pids);
    }

    @Override
    public Optional<CgroupStats> stats(String path) throws IOException {
        Path directory = directory(path);
        CgroupReader reader = new CgroupReader();
        Optional<CgroupStats.Cpu> cpu = V2Cpu.stats(reader, directory);
        if (cpu.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new CgroupStats(
                        cpu,
                        V2Memory.stats(reader, directory),
                        V1Pids.stats(reader, directory),
                        V2Io.stats(reader, directory),
                        pressure(reader, directory, "cpu"),
                        pressure(reader, directory, "memory"),
                        pressure(reader, directory, "io")));
    }

    private Optional<CgroupStats.Pressure> pressure(
            CgroupReader reader, Path directory, String resource) throws IOException {
        return pressure ? V2Pressure.stats(reader, directory, resource) : Optional.empty();
    }
}
