package dev.caravel.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {
    private final ProcFs host = new ProcFs();
    @TempDir Path root;

    private void put(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, content);
    }

    @Test
    void theMachineTellsItsMemoryLoadAndTime() throws IOException {
        MemoryInfo memory = host.memory();
        assertThat(memory.availableBytes()).isBetween(1L, memory.totalBytes());
        assertThat(host.load().tasks()).isPositive();
        assertThat(host.maxTasks()).isGreaterThan(host.load().tasks());
        assertThat(host.uptime()).isPositive();
        Duration sinceBoot = Duration.between(host.bootTime(), Instant.now());
        assertThat(sinceBoot.minus(host.uptime()).abs()).isLessThan(Duration.ofMinutes(1));
        assertThat(host.swaps()).isNotNull();
    }

    @Test
    void theMachineTellsItsNames() throws IOException {
        assertThat(host.bootId()).hasSize(36);
        assertThat(host.kernelRelease()).contains(".");
        assertThat(host.hostname()).isNotEmpty();
        assertThat(host.osRelease().prettyName()).isPresent();
    }

    @Test
    void theMachineTellsItsProcessors() throws IOException {
        CpuTopology topology = host.cpus();
        assertThat(topology.cpus())
                .hasSizeGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(topology.cores()).isBetween(1L, (long) topology.cpus().size());
        assertThat(topology.sockets()).isBetween(1L, topology.cores());
        assertThat(topology.nodes()).isNotEmpty();
        long ofNodes = topology.nodes().stream().mapToLong(CpuTopology.NumaNode::memoryBytes).sum();
        assertThat(ofNodes)
                .isBetween(host.memory().totalBytes() / 2, host.memory().totalBytes() * 2);
    }

    @Test
    void thisProcessTellsWhatItUses() throws IOException {
        ProcessUsage self = host.self();
        assertThat(self.residentBytes()).isGreaterThan(10 << 20);
        assertThat(self.threads()).isPositive();
        assertThat(self.cpu()).isPositive();
        assertThat(self.startedAfterBoot()).isLessThan(host.uptime());
        int pid = (int) ProcessHandle.current().pid();
        assertThat(host.process(pid)).isPresent();
        assertThat(host.openFiles(pid)).isPositive();
        assertThat(host.network(pid)).extracting(InterfaceCounters::name).contains("lo");
    }

    @Test
    void aProcessThatIsGoneIsNoError() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        int pid = (int) process.pid();
        assertThat(host.process(pid)).isEmpty();
        assertThat(host.openFiles(pid)).isZero();
        assertThat(host.network(pid)).isEmpty();
    }

    @Test
    void theMachineHasAnAddressForItsDefaultRoute() throws IOException {
        List<HostAddress.Interface> interfaces = HostAddress.interfaces();
        assertThat(interfaces).anyMatch(HostAddress.Interface::loopback);
        for (DefaultRoute route : host.defaultRoutes()) {
            assertThat(interfaces)
                    .extracting(HostAddress.Interface::name)
                    .contains(route.interfaceName());
        }
    }

    @Test
    void identitiesComeFromTheFirstFileThatHasOne() throws IOException {
        ProcFs files = new ProcFs(root);
        assertThat(files.machineId()).isEmpty();
        assertThat(files.systemUuid()).isEmpty();
        put("var/lib/dbus/machine-id", "aabb\n");
        assertThat(files.machineId()).hasValue("aabb");
        put("etc/machine-id", "\n");
        assertThat(files.machineId()).hasValue("aabb");
        put("etc/machine-id", "ccdd\n");
        assertThat(files.machineId()).hasValue("ccdd");
        assertThat(files.systemUuid()).hasValue("ccdd");
        put("proc/device-tree/vm,uuid", "1-2\0");
        assertThat(files.systemUuid()).hasValue("1-2");
        put("sys/class/dmi/id/product_uuid", "3-4\n");
        assertThat(files.systemUuid()).hasValue("3-4");
    }

    @Test
    void aMachineWithoutOptionalFilesIsReadAllTheSame() throws IOException {
        ProcFs files = new ProcFs(root);
        assertThat(files.swaps()).isEmpty();
        assertThat(files.hugePages()).isEmpty();
        assertThat(files.osRelease().prettyName()).isEmpty();
        put("proc/net/route", "Iface\n");
        assertThat(files.defaultRoutes()).isEmpty();
        assertThatThrownBy(files::memory).isInstanceOf(IOException.class);
        put("proc/stat", "cpu 1 2 3\n");
        assertThatThrownBy(files::bootTime).hasMessageContaining("btime");
    }

    @Test
    void poolsOfHugePagesAreSortedBySize() throws IOException {
        for (String size : List.of("hugepages-1048576kB", "hugepages-2048kB")) {
            put("sys/kernel/mm/hugepages/" + size + "/nr_hugepages", "3\n");
            put("sys/kernel/mm/hugepages/" + size + "/free_hugepages", "1\n");
        }
        List<HugePages> pools = new ProcFs(root).hugePages();
        assertThat(pools)
                .containsExactly(new HugePages(2 << 20, 3, 1), new HugePages(1 << 30, 3, 1));
        assertThat(pools.getFirst().totalBytes()).isEqualTo(6 << 20);
    }

    @Test
    void twoSocketsWithTwoThreadsACoreAreTold() throws IOException {
        put("sys/devices/system/cpu/online", "0-7\n");
        put("sys/devices/system/node/online", "0-1\n");
        for (int node = 0; node < 2; node++) {
            String path = "sys/devices/system/node/node" + node;
            put(path + "/cpulist", node == 0 ? "0-3\n" : "4-7\n");
            put(path + "/meminfo", "Node " + node + " MemTotal: 1024 kB\n");
            put(path + "/distance", node == 0 ? "10 21\n" : "21 10\n");
            put(path + "/hugepages/hugepages-2048kB/nr_hugepages", node + 1 + "\n");
            put(path + "/hugepages/hugepages-2048kB/free_hugepages", "0\n");
        }
        for (int cpu = 0; cpu < 8; cpu++) {
            String path = "sys/devices/system/cpu/cpu" + cpu;
            put(path + "/topology/core_id", cpu / 2 % 2 + "\n");
            put(path + "/topology/physical_package_id", cpu / 4 + "\n");
            put(path + "/cache/index2/level", "2\n");
            put(path + "/cache/index2/shared_cpu_list", cpu + "\n");
            put(path + "/cache/index3/level", "3\n");
            put(path + "/cache/index3/shared_cpu_list", cpu < 4 ? "0-3\n" : "4-7\n");
        }
        CpuTopology topology = new ProcFs(root).cpus();
        assertThat(topology.cpus()).hasSize(8);
        assertThat(topology.cores()).isEqualTo(4);
        assertThat(topology.sockets()).isEqualTo(2);
        assertThat(topology.cpus().get(6)).isEqualTo(new CpuTopology.Cpu(6, 1, 1, 1, 4));
        assertThat(topology.nodes()).hasSize(2);
        CpuTopology.NumaNode second = topology.nodes().get(1);
        assertThat(second.memoryBytes()).isEqualTo(1 << 20);
        assertThat(second.distances()).containsExactly(21, 10);
        assertThat(second.hugePages()).containsEntry(2L << 20, new HugePages(2 << 20, 2, 0));
    }

    @Test
    void aMachineWithoutTopologyHasOneCoreACpuAndOneNode() throws IOException {
        put("sys/devices/system/cpu/online", "0-1\n");
        put("sys/devices/system/cpu/cpu1/topology/physical_package_id", "-1\n");
        put("proc/meminfo", "MemTotal: 4 kB\n");
        CpuTopology topology = new ProcFs(root).cpus();
        assertThat(topology.cores()).isEqualTo(2);
        assertThat(topology.sockets()).isEqualTo(1);
        assertThat(topology.cpus().get(1)).isEqualTo(new CpuTopology.Cpu(1, 1, 0, 0, -1));
        assertThat(topology.nodes())
                .extracting(CpuTopology.NumaNode::memoryBytes)
                .containsExactly(4096L);
    }

    @Test
    void parametersOfTheKernelAreReadAndSet() throws IOException {
        put("vm/overcommit_memory", "0\n");
        put("net/ipv4/conf/eth0.1/forwarding", "0\n");
        Sysctl sysctl = new Sysctl(root);
        sysctl.set("vm.overcommit_memory", "1");
        assertThat(sysctl.get("vm.overcommit_memory")).isEqualTo("1");
        assertThat(sysctl.get("vm/overcommit_memory")).isEqualTo("1");
        sysctl.set("net.ipv4.conf.eth0/1.forwarding", "1");
        assertThat(sysctl.get("net/ipv4/conf/eth0.1/forwarding")).isEqualTo("1");
        assertThatThrownBy(() -> sysctl.set("vm.missing", "1"))
                .hasMessageContaining("Set vm.missing to '1'");
        assertThatThrownBy(() -> sysctl.get("//.etc.passwd"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new Sysctl().get("kernel.ostype")).isEqualTo("Linux");
    }
}
