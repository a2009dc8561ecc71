package dev.caravel.kubelet.stats;

import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.linux.proc.InterfaceCounters;
import java.time.Instant;
import java.util.List;

/**
 * One pod with something running.
 *
 * @param startedAt creation of its sandbox
 * @param interfaces of its own network; none on the node's
 * @param processes in its control group
 */
public record PodReading(
        PodRef ref,
        Instant startedAt,
        Usage usage,
        List<ContainerReading> containers,
        List<InterfaceCounters> interfaces,
        int processes) {
    public PodReading {
        containers = List.copyOf(containers);
        interfaces = List.copyOf(interfaces);
    }
}
