package dev.caravel.kubelet.stats;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.facts.CgroupFacts;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.proc.ProcFs;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where a snapshot is read from.
 *
 * @param names where pod cgroups are
 * @param system paths of groups beside the pods, by the names of the summary
 */
public record UsageSources(
        PodStore store,
        RuntimeView view,
        Cgroups cgroups,
        Supplier<CgroupFacts> names,
        ProcFs proc,
        Map<String, String> system,
        Ticks ticks) {
    public UsageSources {
        system = Map.copyOf(system);
    }
}
