package dev.caravel.kubelet.stats;

import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.proc.InterfaceCounters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A control group as cAdvisor labels it; what does not apply is blank, never absent.
 *
 * @param name id of the container
 * @param startedAt empty where nobody knows
 */
record MeasuredGroup(
        Usage usage,
        String name,
        String image,
        String container,
        String pod,
        String namespace,
        Optional<Instant> startedAt,
        List<InterfaceCounters> interfaces) {

    /** The node, the groups beside the pods, each pod and each container. */
    static List<MeasuredGroup> of(Snapshot s, List<InterfaceCounters> nodeInterfaces) {
        List<MeasuredGroup> groups = new ArrayList<>();
        groups.add(bare(s.node(), nodeInterfaces));
        s.system().values().forEach(usage -> groups.add(bare(usage, List.of())));
        for (PodReading pod : s.pods()) {
            String name = pod.ref().name();
            String namespace = pod.ref().namespace();
            groups.add(
                    new MeasuredGroup(
                            pod.usage(),
                            "",
                            "",
                            "",
                            name,
                            namespace,
                            Optional.of(pod.startedAt()),
                            pod.interfaces()));
            for (ContainerReading c : pod.containers()) {
                groups.add(
                        new MeasuredGroup(
                                c.usage(),
                                c.id(),
                                c.image(),
                                c.name(),
                                name,
                                namespace,
                                Optional.of(c.startedAt()),
                                List.of()));
            }
        }
        return groups;
    }

    private static MeasuredGroup bare(Usage usage, List<InterfaceCounters> interfaces) {
        return new MeasuredGroup(usage, "", "", "", "", "", Optional.empty(), interfaces);
    }

    Optional<CgroupStats.Cpu> cpu() {
        return usage.stats().cpu();
    }

    Optional<CgroupStats.Memory> memory() {
        return usage.stats().memory();
    }

    /** The labels every series carries, and then {@code more}. */
    String[] labels(String... more) {
        String[] all = new String[12 + more.length];
        String[] common = {
            "container",
            container,
            "id",
            usage.path(),
            "image",
            image,
            "name",
            name,
            "namespace",
            namespace,
            "pod",
            pod
        };
        System.arraycopy(common, 0, all, 0, common.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return all;
    }
}
