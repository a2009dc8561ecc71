package dev.caravel.kubelet.agent;

import dev.caravel.kubelet.evict.NodePressure;
import dev.caravel.kubelet.node.NodeReporter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Where parts that start late say what the node is to report and admission to look at: the node's
 * report is put together before there is an evictor, a CSI driver or a shutdown to ask.
 */
final class NodeBoard {

    private volatile Supplier<Set<NodePressure>> pressures = Set::of;
    private volatile Supplier<List<String>> problems = List::of;
    private volatile Supplier<Optional<List<String>>> volumesInUse = Optional::empty;
    private volatile Consumer<List<String>> volumesReported = _ -> {};
    private volatile Runnable reportSoon = () -> {};
    private volatile boolean shuttingDown;

    void pressures(Supplier<Set<NodePressure>> source) {
        pressures = source;
    }

    /** Sets who tells why storage is not ready. */
    void problems(Supplier<List<String>> source) {
        problems = source;
    }

    /** Sets who tells the volumes in use; until then the status says nothing about them. */
    void volumesInUse(Supplier<Optional<List<String>>> source) {
        volumesInUse = source;
    }

    /** Sets who hears which volumes the API server is known to show as in use. */
    void onVolumesReported(Consumer<List<String>> listener) {
        volumesReported = listener;
    }

    void volumesReported(List<String> names) {
        volumesReported.accept(names);
    }

    /** Sets how the node's status is made to go out before its time. */
    void onReportSoon(Runnable poke) {
        reportSoon = poke;
    }

    /** Something here changed that others wait for: the status goes out now. */
    void reportSoon() {
        reportSoon.run();
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
        return Stream.concat(storage.stream(), Stream.of("node is shutting down")).toList();
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
