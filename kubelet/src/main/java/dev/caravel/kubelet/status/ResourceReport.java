package dev.caravel.kubelet.status;

import dev.caravel.cri.LinuxResources;
import dev.caravel.kubelet.allocation.PodAllocation;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.resources.CpuNumbers;
import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Quantities;
import dev.caravel.linux.cgroup.CgroupLimits;
import dev.caravel.linux.cgroup.CpuWeight;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The resources a status shows: those in force, read from the runtime and the pod's group, where
 * they are known, else those granted (contract §5.9). The kernel keeps CPU amounts rounded; below
 * its smallest units, and where the rounding alone makes the difference, the granted text stays.
 */
final class ResourceReport {
    private static final String CPU = "cpu";
    private static final String MEMORY = "memory";

    /** The least CPU limit that has an effect: a quota of 1 ms in each 100 ms. */
    private static final long MIN_LIMIT_MILLI = 10;

    private ResourceReport() {}

    /**
     * Of a container.
     *
     * @param before the last status of the very same container
     */
    static @Nullable ResourceRequirements ofContainer(
            PodContainer c,
            ObservedContainer o,
            Optional<PodAllocation> actuated,
            Optional<ContainerStatus> before) {
        ResourceRequirements granted = c.spec().getResources();
        if (!o.isRunning() || granted == null) {
            return granted;
        }
        InForce now =
                o.status()
                        .resources()
                        .map(ResourceReport::inForce)
                        .filter(InForce::known)
                        .or(() -> actuated.map(a -> inForce(a.of(c.name()))))
                        .orElse(InForce.UNKNOWN);
        Optional<ResourceRequirements> old = before.map(ContainerStatus::getResources);
        Map<String, Quantity> limits = copy(granted.getLimits());
        Map<String, Quantity> requests = copy(granted.getRequests());
        if (!limits.isEmpty()) {
            cpuLimit(limits, now.cpuLimit, old);
            memory(limits, now.memoryLimit, old.map(ResourceRequirements::getLimits));
        }
        if (!requests.isEmpty()) {
            cpuRequest(requests, now.cpuRequest, old);
            Optional<Quantity> memory =
                    actuated.map(a -> a.of(c.name()))
                            .map(ResourceRequirements::getRequests)
                            .map(r -> r.get(MEMORY));
            memory.filter(m -> !Quantities.isZero(m)).ifPresent(m -> requests.put(MEMORY, m));
        }
        ResourceRequirements shown = new ResourceRequirements();
        shown.setClaims(granted.getClaims());
        shown.setLimits(limits);
        shown.setRequests(requests);
        return shown;
    }

    /** Amounts as the runtime or the kernel has them; 0 or empty is unknown or none. */
    private record InForce(long cpuLimit, long cpuRequest, Optional<Quantity> memoryLimit) {
        static final InForce UNKNOWN = new InForce(0, 0, Optional.empty());

        boolean known() {
            return cpuLimit > 0 || cpuRequest > 0 || memoryLimit.isPresent();
        }
    }

    private static InForce inForce(LinuxResources r) {
        return new InForce(
                r.cpuPeriod() > 0 ? CpuNumbers.milliOfQuota(r.cpuQuota(), r.cpuPeriod()) : 0,
                CpuNumbers.milliOfShares(r.cpuShares()),
                r.memoryLimitBytes() > 0
                        ? Optional.of(Quantities.ofBytes(r.memoryLimitBytes()))
                        : Optional.empty());
    }

    private static InForce inForce(ResourceRequirements r) {
        return new InForce(
                Quantities.milli(Quantities.get(r.getLimits(), CPU)),
                Quantities.milli(Quantities.get(r.getRequests(), CPU)),
                Optional.ofNullable(Quantities.get(r.getLimits(), MEMORY)));
    }

    private static void cpuLimit(
            Map<String, Quantity> limits, long milli, Optional<ResourceRequirements> old) {
        if (milli > 0) {
            if (milli > MIN_LIMIT_MILLI || Quantities.milli(limits.get(CPU)) > MIN_LIMIT_MILLI) {
                putMilli(limits, milli);
            }
        } else {
            keep(limits, old.map(ResourceRequirements::getLimits), CPU);
        }
    }

    private static void cpuRequest(
            Map<String, Quantity> requests, long milli, Optional<ResourceRequirements> old) {
        if (milli > 0) {
            if (milli > CpuNumbers.MIN_SHARES
                    || Quantities.milli(requests.get(CPU)) > CpuNumbers.MIN_SHARES) {
                putMilli(requests, milli);
            }
        } else {
            keep(requests, old.map(ResourceRequirements::getRequests), CPU);
        }
    }

    private static void memory(
            Map<String, Quantity> list,
            Optional<Quantity> now,
            Optional<Map<String, Quantity>> old) {
        if (now.isPresent()) {
            put(list, MEMORY, now.get());
        } else {
            keep(list, old, MEMORY);
        }
    }

    private static void keep(
            Map<String, Quantity> list, Optional<Map<String, Quantity>> old, String name) {
        old.map(o -> o.get(name)).ifPresent(q -> list.put(name, q));
    }

    private static void putMilli(Map<String, Quantity> list, long milli) {
        put(list, CPU, Quantities.ofMilli(milli));
    }

    /** An equal amount keeps the spelling of the spec. */
    private static void put(Map<String, Quantity> list, String name, Quantity amount) {
        Quantity granted = list.get(name);
        if (granted == null
                || granted.getNumericalAmount().compareTo(amount.getNumericalAmount()) != 0) {
            list.put(name, amount);
        }
    }

    /** Of the pod as a whole. */
    static ResourceRequirements ofPod(PodSnapshot s, PodStatus previous) {
        Pod pod = s.pod();
        boolean running = pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase());
        Optional<CgroupLimits> now = s.resizing().podLimits();
        if (!running || now.isEmpty()) {
            return effective(pod);
        }
        ResourceRequirements granted = pod.getSpec().getResources();
        Map<String, Quantity> limits = copy(granted == null ? null : granted.getLimits());
        Map<String, Quantity> requests = copy(granted == null ? null : granted.getRequests());
        Optional<ResourceRequirements> old =
                "Running".equals(previous.getPhase())
                        ? Optional.ofNullable(previous.getResources())
                        : Optional.empty();
        podCpuRequest(requests, now.get(), old);
        if (!requests.containsKey(MEMORY)) {
            BigDecimal memory = PodResources.requests(pod).get(MEMORY);
            if (memory != null) {
                requests.put(MEMORY, Quantities.ofBytes(Quantities.value(memory)));
            }
        }
        long quota = now.get().cpuQuotaMicros().orElse(-1);
        long period = now.get().cpuPeriodMicros().orElse(0);
        cpuLimit(limits, period > 0 ? CpuNumbers.milliOfQuota(quota, period) : 0, old);
        long memory = now.get().memoryLimitBytes().orElse(-1);
        memory(
                limits,
                memory > 0 ? Optional.of(Quantities.ofBytes(memory)) : Optional.empty(),
                old.map(ResourceRequirements::getLimits));
        ResourceRequirements shown = new ResourceRequirements();
        shown.setLimits(limits);
        shown.setRequests(requests);
        return shown;
    }

    private static void podCpuRequest(
            Map<String, Quantity> requests, CgroupLimits now, Optional<ResourceRequirements> old) {
        long shares = now.cpuShares().orElse(0);
        long granted = CpuNumbers.shares(Quantities.milli(requests.get(CPU)));
        boolean sameWeight =
                requests.containsKey(CPU)
                        && CpuWeight.ofShares(granted) == CpuWeight.ofShares(Math.max(shares, 2))
                        && CpuWeight.toShares(CpuWeight.ofShares(granted)) == shares;
        if (!sameWeight) {
            cpuRequest(requests, CpuNumbers.milliOfShares(shares), old);
        }
    }

    private static ResourceRequirements effective(Pod pod) {
        ResourceRequirements all = new ResourceRequirements();
        all.setRequests(quantities(PodResources.requests(pod)));
        all.setLimits(quantities(PodResources.limits(pod)));
        return all;
    }

    /** What the pod as a whole was granted. */
    static Map<String, Quantity> allocated(Pod pod) {
        return quantities(PodResources.requests(pod));
    }

    private static Map<String, Quantity> quantities(Map<String, BigDecimal> amounts) {
        Map<String, Quantity> all = new LinkedHashMap<>();
        amounts.forEach((name, amount) -> all.put(name, quantity(name, amount)));
        return all;
    }

    private static Quantity quantity(String name, BigDecimal amount) {
        if (name.equals(MEMORY)
                || name.equals("ephemeral-storage")
                || name.startsWith("hugepages-")) {
            return Quantities.ofBytes(Quantities.value(amount));
        }
        return Quantities.ofMilli(Quantities.milli(amount));
    }

    private static Map<String, Quantity> copy(@Nullable Map<String, Quantity> list) {
        return new LinkedHashMap<>(list == null ? Map.of() : list);
    }
}
