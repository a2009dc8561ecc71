package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cgroup v2 on a folder with the files of a real one (a pod on Linux 6.12). */
class CgroupV2Test {
    private static final List<Long> PAGES = List.of(2L << 20, 1L << 30);
    @TempDir Path root;
    private Path pod;
    private CgroupV2 cgroups;

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(
                root.resolve("cgroup.controllers"), "cpuset cpu io memory hugetlb pids\n");
        Files.writeString(
                root.resolve("cgroup.subtree_control"), "cpuset cpu io memory hugetlb pids\n");
        pod = Files.createDirectory(root.resolve("pod"));
        for (String file :
                List.of(
                        "cpu.weight",
                        "cpu.max",
                        "cpuset.cpus",
                        "memory.max",
                        "memory.min",
                        "pids.max",
                        "hugetlb.2MB.max",
                        "hugetlb.2MB.rsvd.max",
                        "hugetlb.1GB.max")) {
            Files.createFile(pod.resolve(file));
        }
        cgroups = new CgroupV2(root, PAGES, true);
    }

    private void put(String file, String content) throws IOException {
        Files.writeString(pod.resolve(file), content);
    }

    @Test
    void limitsAreWrittenInTheUnitsOfV2() throws IOException {
        cgroups.update(
                "/pod",
                CgroupLimits.none()
                        .withCpuShares(1024)
                        .withCpuQuota(50_000, 100_000)
                        .withMemoryLimit(1 << 30)
                        .withPidsMax(100)
                        .withCpuset("0,2-3")
                        .withHugetlb(Map.of(2L << 20, 4L << 20))
                        .withUnified("memory.min", "4096"));
        assertThat(pod.resolve("cpu.weight")).hasContent("39");
        assertThat(pod.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(pod.resolve("memory.max")).hasContent("1073741824");
        assertThat(pod.resolve("pids.max")).hasContent("100");
        assertThat(pod.resolve("cpuset.cpus")).hasContent("0,2-3");
        assertThat(pod.resolve("hugetlb.2MB.max")).hasContent("4194304");
        assertThat(pod.resolve("hugetlb.2MB.rsvd.max")).hasContent("4194304");
        assertThat(pod.resolve("hugetlb.1GB.max")).hasContent("0");
        assertThat(pod.resolve("memory.min")).hasContent("4096");
    }

    @Test
    void noLimitIsWrittenAsMax() throws IOException {
        cgroups.update(
                "/pod",
                CgroupLimits.none().withCpuQuota(-1, 10_000).withMemoryLimit(-1).withPidsMax(-1));
        assertThat(pod.resolve("cpu.max")).hasContent("max 10000");
        assertThat(pod.resolve("memory.max")).hasContent("max");
        assertThat(pod.resolve("pids.max")).hasContent("max");
    }

    @Test
    void whatIsNotSetIsLeftAlone() throws IOException {
        put("memory.max", "77");
        cgroups.update("/pod", CgroupLimits.none().withCpuShares(2));
        assertThat(pod.resolve("memory.max")).hasContent("77");
        assertThat(pod.resolve("cpu.weight")).hasContent("1");
        assertThat(pod.resolve("hugetlb.2MB.max")).isEmptyFile();
    }

    @Test
    void aMissingFileIsNamedWithItsValueAndNotCreated() {
        assertThatThrownBy(() ->
                        cgroups.update("/pod", CgroupLimits.none().withUnified("memory.low", "1")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Write '1' to " + pod.resolve("memory.low"));
        assertThat(pod.resolve("memory.low")).doesNotExist();
    }

    @Test
    void limitsAreReadBack() throws IOException {
        put("cpu.weight", "39\n");
        put("cpu.max", "max 100000\n");
        put("memory.max", "max\n");
        put("pids.max", "64\n");
        assertThat(cgroups.limits("/pod"))
                .hasValue(
                        CgroupLimits.none()
                                .withCpuShares(998)
                                .withCpuQuota(-1, 100_000)
                                .withMemoryLimit(-1)
                                .withPidsMax(64));
        assertThat(cgroups.limits("/gone")).isEmpty();
    }

    @Test
    void allCountersAreRead() throws IOException {
        put(
                "cpu.stat",
                """
                usage_usec 2000000
                user_usec 1500000
                system_usec 500000
                nice_usec 0
                nr_periods 10
                nr_throttled 4
                throttled_usec 900
                nr_bursts 3
                burst_usec 7
                """);
        put("memory.current", "1000000\n");
        put("memory.peak", "2000000\n");
        put("memory.max", "4000000\n");
        put("memory.swap.current", "300\n");
        put("memory.swap.max", "max\n");
        put("memory.events", "low 0\nhigh 5\nmax 6\noom 2\noom_kill 1\noom_group_kill 0\n");
        put(
                "memory.stat",
                """
                anon 500000
                file 400000
                kernel 90000
                file_mapped 1234
                inactive_file 300000
                active_file 100000
                pgfault 77
                pgmajfault 8
                """);
        put("pids.current", "12\n");
        put("pids.max", "max\n");
        put(
                "io.stat",
                """
                8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6
                259:0\s
                254:1 rbytes=10 wbytes=20 rios=30 wios=40
                """);
        String pressure =
                """
                some avg10=1.50 avg60=0.25 avg300=0.01 total=4242
                full avg10=0.00 avg60=0.00 avg300=0.00 total=17
                """;
        put("cpu.pressure", pressure);
        put("memory.pressure", pressure);
        put("io.pressure", pressure);
        CgroupStats.Pressure pressed =
                new CgroupStats.Pressure(
                        new CgroupStats.Stall(1.5, 0.25, 0.01, 4242),
                        new CgroupStats.Stall(0, 0, 0, 17));
        assertThat(cgroups.stats("/pod"))
                .hasValue(
                        new CgroupStats(
                                Optional.of(
                                        new CgroupStats.Cpu(
                                                2_000_000_000L,
                                                1_500_000_000L,
                                                500_000_000L,
                                                10,
                                                4,
                                                900_000,
                                                3,
                                                7_000)),
                                Optional.of(
                                        new CgroupStats.Memory(
                                                1_000_000,
                                                700_000,
                                                500_000,
                                                400_000,
                                                300,
                                                1234,
                                                90_000,
                                                100_000,
                                                300_000,
                                                77,
                                                8,
                                                OptionalLong.of(2_000_000),
                                                OptionalLong.of(4_000_000),
                                                OptionalLong.empty(),
                                                6,
                                                1,
                                                Map.of(
                                                        "low",
                                                        0L,
                                                        "high",
                                                        5L,
                                                        "max",
                                                        6L,
                                                        "oom",
                                                        2L,
                                                        "oom_kill",
                                                        1L,
                                                        "oom_group_kill",
                                                        0L))),
                                Optional.of(new CgroupStats.Pids(12, OptionalLong.empty())),
                                List.of(
                                        new CgroupStats.DeviceIo(8, 16, 1, 2, 3, 4),
                                        new CgroupStats.DeviceIo(254, 1, 10, 20, 30, 40)),
                                Optional.of(pressed),
                                Optional.of(pressed),
                                Optional.of(pressed)));
    }

    @Test
    void theRootHasNoUsageFileAndCountsAnonymousMemoryAndCache() throws IOException {
        Files.writeString(root.resolve("cpu.stat"), "usage_usec 1\nuser_usec 1\nsystem_usec 0\n");
        Files.writeString(root.resolve("memory.stat"), "anon 500\nfile 400\ninactive_file 100\n");
        CgroupStats.Memory memory = cgroups.stats("/").orElseThrow().memory().orElseThrow();
        assertThat(memory.usageBytes()).isEqualTo(900);
        assertThat(memory.workingSetBytes()).isEqualTo(800);
        assertThat(memory.limitBytes()).isEmpty();
        assertThat(cgroups.stats("/").orElseThrow().pids()).isEmpty();
    }

    @Test
    void aGroupWithoutControllersStillHasCpuTime() throws IOException {
        put("cpu.stat", "usage_usec 5\nuser_usec 5\nsystem_usec 0\n");
        Files.delete(pod.resolve("pids.max"));
        CgroupStats stats = cgroups.stats("/pod").orElseThrow();
        assertThat(stats.cpu().orElseThrow().usageNanos()).isEqualTo(5000);
        assertThat(stats.memory()).isEmpty();
        assertThat(stats.io()).isEmpty();
        assertThat(stats.cpuPressure()).isEmpty();
        assertThat(cgroups.stats("/gone")).isEmpty();
    }

    @Test
    void aGroupExistsWhenItHasEveryController() throws IOException {
        assertThat(cgroups.exists("/pod")).isFalse();
        put("cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
        assertThat(cgroups.exists("/pod")).isTrue();
        put("cgroup.controllers", "cpuset cpu io memory pids\n");
        assertThat(cgroups.exists("/pod")).isFalse();
        assertThat(cgroups.exists("/gone")).isFalse();
    }

    @Test
    void controllersAreThoseOfTheContractOnly() {
        assertThat(cgroups.controllers())
                .containsExactly("cpu", "cpuset", "hugetlb", "memory", "pids");
    }

    @Test
    void creationThatYieldsNoControllersSaysSo() {
        assertThatThrownBy(() -> cgroups.create("/pod/below")).isInstanceOf(IOException.class);
    }

    @Test
    void pathsCannotLeaveTheHierarchy() {
        assertThatThrownBy(() -> cgroups.stats("/../../etc"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cgroups.stats("pod")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void childrenAreSortedFolders() throws IOException {
        Files.createDirectory(pod.resolve("b"));
        Files.createDirectory(pod.resolve("a"));
        assertThat(cgroups.children("/pod")).containsExactly("a", "b");
        assertThat(cgroups.children("/gone")).isEmpty();
    }

    @Test
    void processesOfThreadedGroupsAreCountedAbove() throws IOException {
        put("cgroup.procs", "30\n7\n");
        Path below = Files.createDirectory(pod.resolve("below"));
        Files.writeString(below.resolve("cgroup.procs"), "8\n7\n");
        Path threaded = Files.createDirectory(pod.resolve("threaded"));
        Files.writeString(threaded.resolve("cgroup.type"), "threaded\n");
        // Stands in for a file that cannot be read.
        Files.createDirectory(threaded.resolve("cgroup.procs"));
        assertThat(cgroups.pids("/pod")).containsExactly(7, 8, 30);
    }

    @Test
    void strangePressureIsAnError() {
        assertThatThrownBy(() -> V2Pressure.parse("some avg10=x avg60=0 avg300=0 total=0"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> V2Pressure.parse("none avg10=0 avg60=0 avg300=0 total=0"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> V2Pressure.parse("")).isInstanceOf(IOException.class);
    }
}
