package dev.caravel.kubelet.stats;

import dev.caravel.linux.cgroup.CgroupDriver;
import dev.caravel.linux.cgroup.CgroupLimits;
import dev.caravel.linux.cgroup.CgroupName;
import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.cgroup.Cgroups;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Groups in memory whose CPU time grows with every look, by a quarter of a second. */
final class FakeGroups implements Cgroups {
    static final long CPU_STEP = 250_000_000;

    final Map<String, Long> memory = new TreeMap<>();
    final Map<String, Long> cpu = new TreeMap<>();
    String broken = "none";

    @Override
    public Optional<CgroupStats> stats(String path) throws IOException {
        if (path.equals(broken)) {
            throw new IOException("read memory.stat: input/output error");
        }
        Long used = memory.get(path);
        if (used == null) {
            return Optional.empty();
        }
        long nanos = cpu.merge(path, CPU_STEP, Long::sum);
        CgroupStats.Stall stall = new CgroupStats.Stall(1.5, 0, 0, 7_000_000);
        return Optional.of(
                new CgroupStats(
                        Optional.of(
                                new CgroupStats.Cpu(nanos, nanos, 0, 10, 4, 2_000_000_000L, 0, 0)),
                        Optional.of(memoryOf(used)),
                        Optional.of(new CgroupStats.Pids(3, OptionalLong.empty())),
                        List.of(new CgroupStats.DeviceIo(8, 0, 4096, 0, 1, 0)),
                        Optional.of(new CgroupStats.Pressure(stall, stall)),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static CgroupStats.Memory memoryOf(long used) {
        return new CgroupStats.Memory(
                used,
                used - 100,
                used / 2,
                300,
                0,
                0,
                0,
                0,
                100,
                11,
                2,
                OptionalLong.empty(),
                OptionalLong.of(10_000),
                OptionalLong.empty(),
                0,
                0,
                Map.of());
    }

    @Override
    public List<String> children(String path) {
        return memory.keySet().stream()
                .filter(p -> p.startsWith(path + "/"))
                .map(p -> p.substring(path.length() + 1))
                .filter(p -> p.indexOf('/') < 0)
                .toList();
    }

    @Override
    public List<Integer> pids(String path) {
        return List.of(41, 42);
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public CgroupDriver driver() {
        return CgroupDriver.CGROUPFS;
    }

    @Override
    public Set<String> controllers() {
        return Set.of("cpu", "memory");
    }

    @Override
    public String path(CgroupName name) {
        return name.toCgroupfs();
    }

    @Override
    public CgroupName name(String path) {
        return CgroupName.parse(path);
    }

    @Override
    public boolean exists(CgroupName name) {
        return memory.containsKey(path(name));
    }

    @Override
    public void create(CgroupName name, CgroupLimits limits) {
        throw new UnsupportedOperationException("reading only");
    }

    @Override
    public void update(CgroupName name, CgroupLimits limits) {
        throw new UnsupportedOperationException("reading only");
    }

    @Override
    public Optional<CgroupLimits> limits(String path) {
        return Optional.empty();
    }

    @Override
    public void destroy(CgroupName name) {
        throw new UnsupportedOperationException("reading only");
    }
}
