package dev.caravel.kubelet.resources;

import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.LinuxResources.HugepageLimit;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.linux.cgroup.CgroupLimits;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The kernel limits of containers and sandboxes in the runtime's terms (contract 4.6). The pod
 * passed in must carry the resources allocated to it, not merely those asked for.
 */
public final class ResourceNumbers {
    /** Quota that means no limit, for containers with CPUs of their own. */
    private static final long UNLIMITED_QUOTA = -1;

    private ResourceNumbers() {}

    /**
     * The limits of a container, at creation and at resize alike.
     *
     * @param exclusiveCpus the static CPU policy pinned it to CPUs of its own, so that a quota
     *     would only hurt
     */
    public static LinuxResources container(
            Pod pod, PodContainer container, NodeFacts node, boolean exclusiveCpus) {
        Container spec = container.spec();
        ContainerAmounts amounts = ContainerAmounts.of(spec);
        long cpuLimit = Quantities.milli(effectiveLimit(pod, amounts, "cpu"));
        Quantity requested = amounts.requests().get("cpu");
        long cpuRequest = requested == null ? cpuLimit : Quantities.milli(requested);
        long memoryLimit = Quantities.value(effectiveLimit(pod, amounts, "memory"));
        LinuxResources basic = basic(cpuRequest, cpuLimit, memoryLimit, exclusiveCpus, node);

        Map<String, String> unified = new TreeMap<>(basic.unified());
        unified.putAll(MemoryQos.ofContainer(pod, spec, node));
        LinuxResources.Builder result =
                basic.toBuilder()
                        .oomScoreAdj(OomScore.of(pod, container, node.capacity().memoryBytes()))
                        .hugepageLimits(hugePages(pod, amounts, node));
        if (node.memory().swapControllerAvailable()) {
            if (node.cgroups().unified()) {
                long swap = SwapLimit.bytes(pod, spec, node);
                unified.put("memory.swap.max", Long.toString(swap));
            } else {
                // memory plus swap: the same number means no swap
                result.memorySwapLimitBytes(basic.memoryLimitBytes());
            }
        }
        return result.unified(unified).build();
    }

    /** The sum over a pod's containers, without overhead. */
    public static LinuxResources sandbox(Pod pod, NodeFacts node, boolean exclusiveCpus) {
        Map<String, BigDecimal> requests = PodResources.requestsWithoutOverhead(pod);
        Map<String, BigDecimal> limits = PodResources.limitsWithoutOverhead(pod);
        long cpuLimit = milliCpu(limits);
        long cpuRequest = requests.containsKey("cpu") ? milliCpu(requests) : cpuLimit;
        return basic(cpuRequest, cpuLimit, memory(limits), exclusiveCpus, node);
    }

    /** What the pod's runtime class costs by itself; request and limit are the same there. */
    public static LinuxResources overhead(Pod pod, NodeFacts node) {
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        if (overhead == null || overhead.isEmpty()) {
            return LinuxResources.builder().build();
        }
        long cpu = Quantities.milli(overhead.get("cpu"));
        return basic(cpu, cpu, Quantities.value(overhead.get("memory")), false, node);
    }

    /**
     * What the runtime is told when a pod is resized: the limits just written to the pod's cgroup,
     * less the overhead, which it gets apart.
     */
    public static LinuxResources ofPodCgroup(Pod pod, CgroupLimits limits) {
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        long cpu = Quantities.milli(Quantities.get(overhead, "cpu"));
        long period = limits.cpuPeriodMicros().orElse(0);
        long quota = limits.cpuQuotaMicros().orElse(0);
        if (cpu > 0 && period > 0) {
            quota -= CpuNumbers.quotaMicros(cpu, period);
        }
        long shares = limits.cpuShares().orElse(0);
        if (cpu > 0 && shares > 0) {
            shares = CpuNumbers.shares(CpuNumbers.milliOfShares(shares) - cpu);
        }
        long memory = limits.memoryLimitBytes().orElse(0);
        if (memory > 0) {
            memory -= Quantities.value(Quantities.get(overhead, "memory"));
        }
        return LinuxResources.builder()
                .cpuPeriod(period)
                .cpuQuota(quota)
                .cpuShares(shares)
                .memoryLimitBytes(memory)
                .cpusetCpus(limits.cpusetCpus().orElse(""))
                .unified(limits.unified())
                .build();
    }

    private static LinuxResources basic(
            long cpuRequest,
            long cpuLimit,
            long memoryLimit,
            boolean exclusiveCpus,
            NodeFacts node) {
        LinuxResources.Builder result =
                LinuxResources.builder()
                        .cpuShares(CpuNumbers.shares(cpuRequest))
                        .memoryLimitBytes(memoryLimit);
        if (node.cpu().cfsQuota()) {
            long period = node.cpu().periodMicros();
            result.cpuPeriod(period)
                    .cpuQuota(
                            exclusiveCpus
                                    ? UNLIMITED_QUOTA
                                    : CpuNumbers.quotaMicros(cpuLimit, period));
        }
        if (node.cgroups().unified() && !node.memory().singleProcessOomKill()) {
            result.unified(Map.of("memory.oom.group", "1"));
        }
        return result.build();
    }

    /** The container's own limit, else that of the pod level. */
    private static @Nullable Quantity effectiveLimit(
            Pod pod, ContainerAmounts amounts, String name) {
        Quantity own = amounts.limits().get(name);
        return Quantities.isZero(own) ? PodResources.podLevelLimit(pod, name) : own;
    }

    /** One entry for each page size of the kernel, 0 for what nobody asked for. */
    private static List<HugepageLimit> hugePages(
            Pod pod, ContainerAmounts amounts, NodeFacts node) {
        Map<String, Long> wanted = new HashMap<>();
        if (PodResources.hasPodLevelLimits(pod)) {
            wanted.putAll(HugePages.byUnit(pod.getSpec().getResources().getLimits()));
        }
        wanted.putAll(HugePages.byUnit(amounts.limits()));
        return node.capacity().hugePageSizes().stream()
                .map(size -> new HugepageLimit(size, wanted.getOrDefault(size, 0L)))
                .toList();
    }

    private static long milliCpu(Map<String, BigDecimal> amounts) {
        return Quantities.milli(amounts.getOrDefault("cpu", BigDecimal.ZERO));
    }

    private static long memory(Map<String, BigDecimal> amounts) {
        return Quantities.value(amounts.getOrDefault("memory", BigDecimal.ZERO));
    }
}
