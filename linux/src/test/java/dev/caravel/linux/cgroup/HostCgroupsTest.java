package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.caravel.linux.RootOnly;
import dev.caravel.linux.mount.KernelMounts;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.MountTable;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The control groups of the machine the test runs on, of whichever version. */
@RootOnly
class HostCgroupsTest {
    private static final Pause SHORT = time -> TimeUnit.NANOSECONDS.sleep(time.toNanos());
    private final CgroupName top = CgroupName.parse("/caravel-test-" + UUID.randomUUID());
    private final KubepodsNames names = new KubepodsNames(top);
    private Cgroups cgroups;
    private MountTable mounts;

    @BeforeEach
    void open() throws IOException {
        mounts = new KernelMounts(Kernel.mounts(), Kernel.files(), "6.4.0").table();
        cgroups = HostCgroups.cgroupfs(mounts, List.of(), Kernel.processes(), SHORT);
    }

    @AfterEach
    void destroy() throws IOException {
        cgroups.destroy(top);
        assertThat(cgroups.exists(top)).isFalse();
    }

    private Process startIn(CgroupName name, String... command) throws IOException {
        StringBuilder script = new StringBuilder();
        for (String folder : folders(name)) {
            script.append("echo $$ > '").append(folder).append("/cgroup.procs' && ");
        }
        script.append("echo ready && exec ").append(String.join(" ", command));
        Process process = new ProcessBuilder("sh", "-c", script.toString()).start();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }

    private List<String> folders(CgroupName name) {
        return mounts.entries().stream()
                .filter(entry ->
                        entry.fsType().equals(cgroups.version() == 2 ? "cgroup2" : "cgroup"))
                .map(MountEntry::mountPoint)
                .map(root -> root + cgroups.path(name))
                .toList();
    }

    @Test
    void makesLimitsAndRemovesAPodGroup() throws IOException {
        CgroupName pod = names.pod(QosClass.BURSTABLE, "1-2");
        assertThat(cgroups.exists(pod)).isFalse();
        CgroupLimits limits =
                CgroupLimits.none()
                        .withCpuShares(1024)
                        .withCpuQuota(50_000, 100_000)
                        .withMemoryLimit(64 << 20)
                        .withPidsMax(50);
        cgroups.create(pod, limits);
        cgroups.create(pod, limits);
        assertThat(cgroups.exists(pod)).isTrue();
        CgroupLimits read = cgroups.limits(cgroups.path(pod)).orElseThrow();
        assertThat(read.cpuQuotaMicros()).hasValue(50_000);
        assertThat(read.memoryLimitBytes()).hasValue(64 << 20);
        assertThat(read.pidsMax()).hasValue(50);
        assertThat(CpuWeight.ofShares(read.cpuShares().orElseThrow()))
                .isBetween(38L, CpuWeight.ofShares(1024));
        cgroups.update(
                pod,
                CgroupLimits.none().withCpuQuota(-1, 100_000).withMemoryLimit(-1).withPidsMax(-1));
        read = cgroups.limits(cgroups.path(pod)).orElseThrow();
        assertThat(read.cpuQuotaMicros()).hasValue(-1);
        assertThat(read.memoryLimitBytes()).hasValue(-1);
        assertThat(read.pidsMax()).hasValue(-1);
        cgroups.destroy(pod);
        assertThat(cgroups.exists(pod)).isFalse();
        assertThat(cgroups.limits(cgroups.path(pod))).isEmpty();
        assertThat(cgroups.stats(cgroups.path(pod))).isEmpty();
        cgroups.destroy(pod);
    }

    @Test
    void aShorterPeriodWithALowerQuotaIsAcceptedBelowALimitedParent() throws IOException {
        CgroupName parent = names.kubepods();
        CgroupName child = parent.child("podx");
        cgroups.create(parent, CgroupLimits.none().withCpuQuota(50_000, 100_000));
        cgroups.create(child, CgroupLimits.none().withCpuQuota(50_000, 100_000));
        cgroups.update(child, CgroupLimits.none().withCpuQuota(5_000, 10_000));
        CgroupLimits read = cgroups.limits(cgroups.path(child)).orElseThrow();
        assertThat(read.cpuQuotaMicros()).hasValue(5_000);
        assertThat(read.cpuPeriodMicros()).hasValue(10_000);
    }

    @Test
    void aNewGroupCanRunProcessesAtOnceAndIsCounted() throws Exception {
        CgroupName pod = names.pod(QosClass.GUARANTEED, "u");
        cgroups.create(pod, CgroupLimits.none().withCpuShares(2).withPidsMax(20));
        Process busy = startIn(pod, "sh", "-c", "'while :; do :; done'");
        try {
            String path = cgroups.path(pod);
            // The kernel gathers page faults over all CPUs every two seconds only.
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .untilAsserted(() -> {
                        CgroupStats stats = cgroups.stats(path).orElseThrow();
                        assertThat(stats.cpu().orElseThrow().usageNanos())
                                .isGreaterThan(50_000_000);
                        assertThat(stats.memory().orElseThrow().pageFaults()).isPositive();
                    });
            CgroupStats stats = cgroups.stats(path).orElseThrow();
            CgroupStats.Cpu cpu = stats.cpu().orElseThrow();
            assertThat(cpu.userNanos() + cpu.systemNanos()).isPositive();
            CgroupStats.Memory memory = stats.memory().orElseThrow();
            assertThat(memory.usageBytes()).isPositive();
            assertThat(memory.workingSetBytes()).isBetween(0L, memory.usageBytes());
            assertThat(stats.pids().orElseThrow().current()).isEqualTo(1);
            assertThat(stats.pids().orElseThrow().limit()).hasValue(20);
            assertThat(cgroups.pids(path)).containsExactly((int) busy.pid());
        } finally {
            busy.destroyForcibly();
            busy.waitFor();
        }
    }

    @Test
    void destroyKillsWhatIsLeftInNestedGroups() throws Exception {
        CgroupName pod = names.pod(QosClass.BEST_EFFORT, "u");
        CgroupName container = pod.child("container");
        cgroups.create(container, CgroupLimits.none());
        Process sleeper = startIn(container, "sleep", "1000");
        assertThat(cgroups.pids(cgroups.path(pod))).containsExactly((int) sleeper.pid());
        assertThat(cgroups.children(cgroups.path(pod))).containsExactly("container");
        cgroups.destroy(pod);
        assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(sleeper.exitValue()).isEqualTo(128 + 9);
        assertThat(cgroups.exists(pod)).isFalse();
    }

    @Test
    void podsAreFoundByTheirGroups() throws IOException {
        cgroups.create(names.pod(QosClass.GUARANTEED, "a-1"), CgroupLimits.none());
        cgroups.create(names.pod(QosClass.BURSTABLE, "b-2"), CgroupLimits.none());
        cgroups.create(names.pod(QosClass.BEST_EFFORT, "c-3"), CgroupLimits.none());
        cgroups.create(names.qos(QosClass.BURSTABLE).child("stranger"), CgroupLimits.none());
        assertThat(cgroups.pods(names))
                .extracting(KubepodsNames.PodCgroup::uid)
                .containsExactly("a-1", "b-2", "c-3");
    }

    @Test
    void aGroupMissingInOneControllerDoesNotExistAndIsCleanedUpAllTheSame() throws IOException {
        assumeThat(cgroups.version()).isEqualTo(1);
        CgroupName pod = names.pod(QosClass.BURSTABLE, "half");
        cgroups.create(pod, CgroupLimits.none());
        Path memory = HostCgroups.v1MountPoints(mounts).get("memory");
        Files.delete(Path.of(memory + cgroups.path(pod)));
        assertThat(cgroups.exists(pod)).isFalse();
        assertThat(cgroups.pods(names)).hasSize(1);
        cgroups.destroy(pod);
        assertThat(cgroups.pods(names)).isEmpty();
    }

    @Test
    void cpusetsAreInheritedAndCanBeNarrowed() throws IOException {
        CgroupName pod = names.pod(QosClass.BURSTABLE, "u");
        cgroups.create(pod, CgroupLimits.none().withCpuset("0"));
        String file = cgroups.version() == 1 ? "/cpuset.cpus" : "/cpuset.cpus.effective";
        Path folder =
                cgroups.version() == 1
                        ? HostCgroups.v1MountPoints(mounts).get("cpuset")
                        : Path.of("/sys/fs/cgroup");
        assertThat(Path.of(folder + cgroups.path(pod) + file)).hasContent("0");
    }

    @Test
    void theRootIsNeverDestroyed() {
        assertThatThrownBy(() -> cgroups.destroy(CgroupName.root()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theNodeAsAWholeIsTheRootGroup() throws IOException {
        CgroupStats stats = cgroups.stats("/").orElseThrow();
        assertThat(stats.cpu().orElseThrow().usageNanos()).isPositive();
        assertThat(stats.memory().orElseThrow().workingSetBytes()).isPositive();
        assertThat(stats.memory().orElseThrow().limitBytes()).isEmpty();
    }

    @Test
    void aLimitTheKernelRefusesIsNamed() throws IOException {
        CgroupName pod = names.pod(QosClass.BURSTABLE, "u");
        cgroups.create(pod, CgroupLimits.none());
        assertThatThrownBy(() -> cgroups.update(pod, CgroupLimits.none().withCpuset("999999")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Write '999999' to")
                .hasMessageContaining("cpuset.cpus");
    }

    @Test
    void theUnifiedTreeOfAMixedNodeWorksAlone() throws Exception {
        Optional<MountEntry> unified =
                mounts.entries().stream().filter(e -> e.fsType().equals("cgroup2")).findFirst();
        assumeThat(unified).isPresent();
        Path root = unified.orElseThrow().mountPoint();
        Cgroups v2 =
                new DrivenCgroups(
                        new CgroupV2(root, List.of(2L << 20, 1L << 30), false),
                        CgroupDriver.CGROUPFS,
                        new DrivenCgroups.NoUnits(),
                        Kernel.processes(),
                        SHORT);
        CgroupName container = top.child("pod").child("container");
        CgroupLimits limits = CgroupLimits.none();
        if (v2.controllers().contains("hugetlb")) {
            limits = limits.withHugetlb(Map.of(2L << 20, 4L << 20));
        }
        v2.create(container, limits);
        assertThat(v2.exists(container)).isTrue();
        if (v2.controllers().contains("hugetlb")) {
            Path folder = Path.of(root + v2.path(container));
            assertThat(folder.resolve("hugetlb.2MB.max")).hasContent("4194304");
            assertThat(folder.resolve("hugetlb.2MB.rsvd.max")).hasContent("4194304");
            assertThat(folder.resolve("hugetlb.1GB.max")).hasContent("0");
        }
        Process sleeper =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "echo $$ > "
                                        + root
                                        + v2.path(container)
                                        + "/cgroup.procs; echo ready; exec sleep 1000")
                        .start();
        assertThat(sleeper.inputReader().readLine()).isEqualTo("ready");
        assertThat(v2.pids(v2.path(top))).containsExactly((int) sleeper.pid());
        assertThat(v2.stats(v2.path(container)).orElseThrow().cpu()).isPresent();
        v2.destroy(top);
        assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(v2.exists(top)).isFalse();
    }
}
