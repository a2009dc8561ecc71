package dev.caravel.kubelet.facts;

import dev.caravel.kubelet.facts.MemoryFacts.Reservation;
import dev.caravel.kubelet.facts.MemoryFacts.Swap;
import dev.caravel.kubelet.facts.NodeFacts.NodePaths;
import dev.caravel.kubelet.facts.RuntimeFacts.Handler;
import dev.caravel.linux.cgroup.CgroupDriver;
import dev.caravel.linux.cgroup.CgroupName;
import dev.caravel.linux.cgroup.KubepodsNames;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A node for tests: 8 GiB of memory, 4 GiB of swap, cgroup v2 with systemd. Each {@code with} makes
 * a node that differs in one part.
 */
public final class TestNode {
    public static final Set<String> GATES =
            Set.of("MemoryQoS", "NodeSwap", "UserNamespacesSupport", "EnvFiles");

    private TestNode() {}

    public static NodeFacts node() {
        return new NodeFacts(
                "node-1",
                "node-1",
                List.of("192.168.7.5", "fd00:7::5"),
                new NodePaths(Path.of("/var/lib/kubelet"), Path.of("/var/log/pods")),
                new DnsFacts(
                        List.of("10.96.0.10"),
                        "cluster.local",
                        Optional.of(Path.of("/etc/resolv.conf"))),
                new CgroupFacts(
                        CgroupDriver.SYSTEMD, new KubepodsNames(CgroupName.root()), true, true),
                new CapacityFacts(
                        Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi")),
                        Map.of(
                                "cpu", new Quantity("3500m"),
                                "memory", new Quantity("7Gi"),
                                "ephemeral-storage", new Quantity("90Gi"),
                                "hugepages-2Mi", new Quantity("64Mi")),
                        8L << 30,
                        4L << 30,
                        4096,
                        List.of("2MB", "1GB")),
                new CpuFacts(true, Duration.ofMillis(100)),
                new MemoryFacts(
                        Swap.NO_SWAP, true, false, OptionalDouble.empty(), Reservation.NONE),
                new SecurityFacts(
                        false,
                        false,
                        true,
                        List.of(),
                        Map.of(),
                        List.of(),
                        new KernelVersion(6, 12)),
                new RuntimeFacts(
                        Map.of("", new Handler(true, true), "kata-h", new Handler(false, false)),
                        true,
                        false,
                        false),
                -1,
                GATES);
    }

    public static NodeFacts with(NodeFacts node, CgroupFacts cgroups) {
        return copy(
                node,
                node.dns(),
                cgroups,
                node.capacity(),
                node.memory(),
                node.security(),
                node.gates());
    }

    public static NodeFacts with(NodeFacts node, DnsFacts dns) {
        return copy(
                node,
                dns,
                node.cgroups(),
                node.capacity(),
                node.memory(),
                node.security(),
                node.gates());
    }

    public static NodeFacts with(NodeFacts node, CapacityFacts capacity) {
        return copy(
                node,
                node.dns(),
                node.cgroups(),
                capacity,
                node.memory(),
                node.security(),
                node.gates());
    }

    public static NodeFacts with(NodeFacts node, MemoryFacts memory) {
        return copy(
                node,
                node.dns(),
                node.cgroups(),
                node.capacity(),
                memory,
                node.security(),
                node.gates());
    }

    public static NodeFacts with(NodeFacts node, SecurityFacts security) {
        return copy(
                node,
                node.dns(),
                node.cgroups(),
                node.capacity(),
                node.memory(),
                security,
                node.gates());
    }

    public static NodeFacts with(NodeFacts node, Set<String> gates) {
        return copy(
                node,
                node.dns(),
                node.cgroups(),
                node.capacity(),
                node.memory(),
                node.security(),
                gates);
    }

    private static NodeFacts copy(
            NodeFacts node,
            DnsFacts dns,
            CgroupFacts cgroups,
            CapacityFacts capacity,
            MemoryFacts memory,
            SecurityFacts security,
            Set<String> gates) {
        return new NodeFacts(
                node.nodeName(),
                node.hostname(),
                node.nodeIps(),
                node.paths(),
                dns,
                cgroups,
                capacity,
                node.cpu(),
                memory,
                security,
                node.runtime(),
                node.podPidsLimit(),
                gates);
    }
}
