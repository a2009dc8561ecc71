package dev.caravel.kubelet.agent;

import dev.caravel.kubelet.evict.NodePressure;
import dev.caravel.kubelet.node.NodeReporter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Where parts that start late say what the node is to report and admission to look at: the node's
 * report is put together before there is an evictor, a CSI driver or a shutdown to ask.
 */
final class NodeBoard {

    private volatile Supplier<Set<NodePressure>> pressures = Set::of;
    private volatile Supplier<List<String>> problems = List::of;
    private volatile Supplier<Optional<List<String>>> volumesInUse = () -> Optional.of(List.of());
    private volatile boolean shuttingDown;

    void pressures(Supplier<Set<NodePressure>> source) {
        pressures = source;
    }

    /** Sets who tells why storage is not ready. */
    void problems(Supplier<List<String>> source) {
        problems = source;
    }

    void volumesInUse(Supplier<Optional<List<String>>> source) {
        volumesInUse = source;
    }

    void shuttingDown(boolean now) {
        shuttingDown = now;
    }

    boolean isShuttingDown() {
        return shuttingDown;
    }

    /** Reasons not to be ready, storage before shutdown. */
    List<String> problems() {
        List<String> storage = problems.get();
        if (!shuttingDown) {
            return storage;
        }
        return java.util.stream.Stream.concat(
                        storage.stream(), java.util.stream.Stream.of("node is shutting down"))
                .toList();
    }

    /** Types of the conditions that are true, sorted. */
    List<String> pressureConditions() {
        TreeSet<String> types = new TreeSet<>();
        pressures.get().forEach(p -> types.add(p.condition()));
        return List.copyOf(types);
    }

    NodeReporter.Pressure pressure() {
        Set<NodePressure> now = pressures.get();
        return new NodeReporter.Pressure(
                now.contains(NodePressure.MEMORY),
                now.contains(NodePressure.DISK),
                now.contains(NodePressure.PID));
    }

    Optional<List<String>> volumesInUse() {
        return volumesInUse.get();
    }
}
