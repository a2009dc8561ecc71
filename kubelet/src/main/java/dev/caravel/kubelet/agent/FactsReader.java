package dev.caravel.kubelet.agent;

import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletFlags;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.kubelet.facts.CapacityFacts;
import dev.caravel.kubelet.facts.CgroupFacts;
import dev.caravel.kubelet.facts.CpuFacts;
import dev.caravel.kubelet.facts.DnsFacts;
import dev.caravel.kubelet.facts.KernelVersion;
import dev.caravel.kubelet.facts.MemoryFacts;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.facts.RuntimeFacts;
import dev.caravel.kubelet.facts.SecurityFacts;
import dev.caravel.kubelet.node.MachineFacts;
import dev.caravel.linux.cgroup.CgroupName;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.cgroup.KubepodsNames;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Gathers what building a pod depends on from configuration, machine and runtime. */
final class FactsReader {

    private static final long PAGE_BYTES = 4096;

    private final KubeletConfiguration config;
    private final KubeletFlags flags;
    private final Set<String> gates;
    private final String nodeName;
    private final String hostname;
    private final Cgroups cgroups;
    private final MachineFacts machine;

    FactsReader(
            KubeletSettings.Loaded settings,
            String nodeName,
            String hostname,
            Cgroups cgroups,
            MachineFacts machine) {
        this.config = settings.config();
        this.flags = settings.flags();
        this.gates = on(settings.gates());
        this.nodeName = nodeName;
        this.hostname = hostname;
        this.cgroups = cgroups;
        this.machine = machine;
    }

    private static Set<String> on(FeatureGates gates) {
        return Arrays.stream(Gate.values())
                .filter(gates::enabled)
                .map(Gate::name)
                .collect(Collectors.toSet());
    }

    /**
     * The facts now.
     *
     * @param nodeIps addresses of the node, primary first
     * @param runtime what the runtime last said of itself
     * @param capacity of the node, and allocatable
     */
    NodeFacts read(
            List<String> nodeIps,
            Optional<RuntimeStatus> runtime,
            Map<String, Quantity> capacity,
            Map<String, Quantity> allocatable) {
        return new NodeFacts(
                nodeName,
                hostname,
                nodeIps,
                new NodeFacts.NodePaths(flags.rootDir(), Path.of(config.podLogsDir())),
                dns(),
                cgroupFacts(),
                new CapacityFacts(
                        capacity,
                        allocatable,
                        machine.memoryBytes(),
                        machine.swapBytes(),
                        PAGE_BYTES,
                        hugePages()),
                new CpuFacts(config.cpuCFSQuota(), config.cpuCFSQuotaPeriod()),
                memory(),
                security(),
                runtime.map(FactsReader::runtimeFacts)
                        .orElse(new RuntimeFacts(Map.of(), false, false, false)),
                config.podPidsLimit(),
                gates);
    }

    private DnsFacts dns() {
        Optional<Path> resolv =
                config.resolvConf().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Path.of(config.resolvConf()));
        return new DnsFacts(config.clusterDNS(), config.clusterDomain(), resolv);
    }

    CgroupFacts cgroupFacts() {
        String root = config.cgroupRoot().isEmpty() ? "/" : config.cgroupRoot();
        return new CgroupFacts(
                cgroups.driver(),
                new KubepodsNames(CgroupName.parse(root)),
                cgroups.version() == 2,
                config.cgroupsPerQOS());
    }

    private List<String> hugePages() {
        return machine.hugePages().keySet().stream().map(FactsReader::hugePageName).toList();
    }

    private static String hugePageName(long bytes) {
        return bytes >= 1L << 30
                ? (bytes >> 30) + "GB"
                : bytes >= 1L << 20 ? (bytes >> 20) + "MB" : (bytes >> 10) + "KB";
    }

    private MemoryFacts memory() {
        boolean unified = cgroups.version() == 2;
        return new MemoryFacts(
                switch (config.memorySwap().swapBehavior()) {
                    case UNSET, NO_SWAP -> MemoryFacts.Swap.NO_SWAP;
                    case LIMITED_SWAP -> MemoryFacts.Swap.LIMITED_SWAP;
                },
                swapController(unified),
                config.singleProcessOOMKill().orElse(!unified),
                config.memoryThrottlingFactor(),
                switch (config.memoryReservationPolicy()) {
                    case NONE -> MemoryFacts.Reservation.NONE;
                    case TIERED_RESERVATION -> MemoryFacts.Reservation.TIERED;
                });
    }

    private static boolean swapController(boolean unified) {
        return unified
                ? Files.exists(Path.of("/sys/fs/cgroup/system.slice/memory.swap.max"))
                : Files.exists(Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"));
    }

    private SecurityFacts security() {
        return new SecurityFacts(
                config.seccompDefault() || flags.seccompDefault(),
                Files.exists(Path.of("/sys/fs/selinux/enforce")),
                Files.exists(Path.of("/sys/module/apparmor/parameters/enabled")),
                thermal(machine.cpus()),
                config.defaultPodSysctls(),
                config.allowedUnsafeSysctls(),
                KernelVersion.parse(machine.kernelVersion()));
    }

    private static List<String> thermal(int cpus) {
        return java.util.stream.IntStream.range(0, cpus)
                .mapToObj(i -> "/sys/devices/system/cpu/cpu" + i + "/thermal_throttle")
                .filter(p -> Files.exists(Path.of(p)))
                .toList();
    }

    private static RuntimeFacts runtimeFacts(RuntimeStatus status) {
        Map<String, RuntimeFacts.Handler> handlers = new HashMap<>();
        status.handlers()
                .forEach(h ->
                        handlers.put(
                                h.name(),
                                new RuntimeFacts.Handler(
                                        h.recursiveReadOnlyMounts(), h.userNamespaces())));
        return new RuntimeFacts(
                handlers,
                status.features().map(f -> f.supplementalGroupsPolicy()).orElse(false),
                status.features().map(f -> f.userNamespacesHostNetwork()).orElse(false),
                status.features().map(f -> f.mountOptions()).orElse(false));
    }
}
