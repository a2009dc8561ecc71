package dev.caravel.kubelet.stats;

import dev.caravel.linux.proc.InterfaceCounters;
import java.util.List;
import java.util.Optional;

/** Which network interfaces count. */
final class Interfaces {
    private static final List<String> IGNORED = List.of("lo", "veth", "docker", "nerdctl");

    private Interfaces() {}

    /** All but the loop and the node's ends of containers' pairs. */
    static List<InterfaceCounters> counted(List<InterfaceCounters> all) {
        return all.stream().filter(i -> IGNORED.stream().noneMatch(i.name()::startsWith)).toList();
    }

    /** The one the pod is reached by: {@code eth0} by the custom of CNI, else the first. */
    static Optional<InterfaceCounters> main(List<InterfaceCounters> counted) {
        return counted.stream()
                .filter(i -> i.name().equals("eth0"))
                .findFirst()
                .or(() -> counted.stream().findFirst());
    }
}
