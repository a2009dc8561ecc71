package dev.caravel.linux.proc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads {@link CpuTopology} from /sys (ABI/stable/sysfs-devices-system-cpu and -node). */
final class CpuTopologyReader {
    private final Path cpus;
    private final Path nodes;
    private final ProcFs files;

    CpuTopologyReader(Path root, ProcFs files) {
        this.cpus = root.resolve("sys/devices/system/cpu");
        this.nodes = root.resolve("sys/devices/system/node");
        this.files = files;
    }

    CpuTopology read() throws IOException {
        List<CpuTopology.NumaNode> memoryNodes = new ArrayList<>();
        Map<Integer, Integer> nodeOfCpu = new HashMap<>();
        for (int id : nodeIds()) {
            Path node = nodes.resolve("node" + id);
            for (int cpu : CpuList.parse(files.text(node.resolve("cpulist")))) {
                nodeOfCpu.put(cpu, id);
            }
            memoryNodes.add(node(id, node));
        }
        if (memoryNodes.isEmpty()) {
            // A kernel without NUMA: all memory is equally far from all CPUs.
            memoryNodes.add(
                    new CpuTopology.NumaNode(
                            0,
                            files.memory().totalBytes(),
                            List.of(10),
                            bySize(files.hugePages())));
        }
        List<CpuTopology.Cpu> online = new ArrayList<>();
        for (int id : CpuList.parse(files.text(cpus.resolve("online")))) {
            Path cpu = cpus.resolve("cpu" + id);
            online.add(
                    new CpuTopology.Cpu(
                            id,
                            number(cpu.resolve("topology/core_id"), id),
                            number(cpu.resolve("topology/physical_package_id"), 0),
                            nodeOfCpu.getOrDefault(id, 0),
                            lastLevelCache(cpu)));
        }
        return new CpuTopology(online, memoryNodes);
    }

    private SortedSet<Integer> nodeIds() throws IOException {
        try {
            return CpuList.parse(files.text(nodes.resolve("online")));
        } catch (NoSuchFileException e) {
            return new TreeSet<>();
        }
    }

    private CpuTopology.NumaNode node(int id, Path node) throws IOException {
        List<Integer> distances = new ArrayList<>();
        for (String word : Fields.words(files.text(node.resolve("distance")))) {
            distances.add((int) Fields.number(word, node + "/distance"));
        }
        return new CpuTopology.NumaNode(
                id,
                MemoryInfo.parse(files.text(node.resolve("meminfo"))).totalBytes(),
                distances,
                bySize(files.hugePages(node.resolve("hugepages"))));
    }

    private static SortedMap<Long, HugePages> bySize(List<HugePages> pools) {
        SortedMap<Long, HugePages> bySize = new TreeMap<>();
        pools.forEach(pool -> bySize.put(pool.pageBytes(), pool));
        return bySize;
    }

    /** Some machines, mostly virtual ones, lack the file or say -1. */
    private int number(Path file, int otherwise) throws IOException {
        if (!Files.exists(file)) {
            return otherwise;
        }
        long number = Fields.number(files.text(file), file.toString());
        return number < 0 ? otherwise : (int) number;
    }

    /** The cache of the highest level; its number is that of the first CPU that shares it. */
    private int lastLevelCache(Path cpu) throws IOException {
        long highest = 0;
        int number = -1;
        Path caches = cpu.resolve("cache");
        if (!Files.isDirectory(caches)) {
            return number;
        }
        try (DirectoryStream<Path> indexes = Files.newDirectoryStream(caches, "index*")) {
            for (Path index : indexes) {
                long level = number(index.resolve("level"), 0);
                if (level > highest && Files.exists(index.resolve("shared_cpu_list"))) {
                    SortedSet<Integer> sharing =
                            CpuList.parse(files.text(index.resolve("shared_cpu_list")));
                    if (!sharing.isEmpty()) {
                        highest = level;
                        number = sharing.first();
                    }
                }
            }
        }
        return number;
    }
}
