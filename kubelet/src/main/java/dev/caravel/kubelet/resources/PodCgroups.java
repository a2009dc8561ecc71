package dev.caravel.kubelet.resources;

import dev.caravel.kubelet.facts.CgroupFacts;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.linux.cgroup.CgroupLimits;
import dev.caravel.linux.cgroup.CgroupName;
import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** The cgroup the kubelet itself makes around each pod: its name and limits (contract 4.6, 8.1). */
public final class PodCgroups {
    private static final long NO_QUOTA = -1;

    private PodCgroups() {}

    /** The pod's group; {@code cgroupRoot} itself when pods have no groups of their own. */
    public static CgroupName name(Pod pod, CgroupFacts cgroups) {
        return cgroups.perQos()
                ? cgroups.names().pod(Qos.of(pod), pod.getMetadata().getUid())
                : cgroups.names().cgroupRoot();
    }

    /** What the runtime gets as {@code cgroup_parent} of the pod's containers. */
    public static String cgroupParent(Pod pod, CgroupFacts cgroups) {
        CgroupName name = name(pod, cgroups);
        return cgroups.perQos() ? name.path(cgroups.driver()) : name.toCgroupfs();
    }

    /**
     * The limits of the pod's group. A burstable pod is limited only where all its containers, or
     * the pod level, declare limits.
     *
     * @param exclusiveCpus some container has CPUs of its own, so that no quota may apply
     */
    public static CgroupLimits limits(Pod pod, NodeFacts node, boolean exclusiveCpus) {
        Map<String, BigDecimal> requests = PodResources.requests(pod);
        Map<String, BigDecimal> limits = PodResources.limits(pod);
        long shares = CpuNumbers.shares(Quantities.milli(amount(requests, "cpu")));
        long period = node.cpu().periodMicros();
        long quota =
                node.cpu().cfsQuota() && !exclusiveCpus
                        ? CpuNumbers.quotaMicros(Quantities.milli(amount(limits, "cpu")), period)
                        : NO_QUOTA;
        long memory = Quantities.value(amount(limits, "memory"));

        QosClass qos = Qos.of(pod);
        CgroupLimits result = CgroupLimits.none();
        if (qos == QosClass.BEST_EFFORT) {
            result = result.withCpuShares(CpuNumbers.MIN_SHARES);
        } else {
            boolean guaranteed = qos == QosClass.GUARANTEED;
            result = result.withCpuShares(shares);
            if ((guaranteed || MemoryQos.declaresLimit(pod, "cpu")) && quota != 0) {
                result = result.withCpuQuota(quota, period);
            }
            if (guaranteed || MemoryQos.declaresLimit(pod, "memory")) {
                result = result.withMemoryLimit(memory);
            }
        }
        result = result.withHugetlb(hugePages(requests));
        if (node.podPidsLimit() > 0) {
            result = result.withPidsMax(node.podPidsLimit());
        }
        for (Map.Entry<String, String> file : MemoryQos.ofPod(pod, node).entrySet()) {
            result = result.withUnified(file.getKey(), file.getValue());
        }
        return result;
    }

    private static Map<Long, Long> hugePages(Map<String, BigDecimal> requests) {
        Map<Long, Long> bytes = new HashMap<>();
        requests.forEach((name, amount) ->
                HugePages.pageBytes(name)
                        .ifPresent(size -> bytes.merge(size, Quantities.value(amount), Long::sum)));
        return bytes;
    }

    private static BigDecimal amount(Map<String, BigDecimal> amounts, String name) {
        return amounts.getOrDefault(name, BigDecimal.ZERO);
    }
}
