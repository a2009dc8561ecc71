package dev.caravel.kubelet.observe;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Everything the runtime has of one pod: sandboxes newest first, containers newest first.
 *
 * @param sandboxes newest first
 * @param containers newest first, of every sandbox
 */
public record ObservedPod(List<ObservedSandbox> sandboxes, List<ObservedContainer> containers) {

    public static final ObservedPod NOTHING = new ObservedPod(List.of(), List.of());

    public ObservedPod {
        sandboxes =
                sandboxes.stream()
                        .sorted(
                                Comparator.comparing(ObservedSandbox::createdAt)
                                        .thenComparingInt(ObservedSandbox::attempt)
                                        .reversed())
                        .toList();
        containers =
                containers.stream()
                        .sorted(
                                Comparator.comparing(ObservedContainer::createdAt)
                                        .thenComparingInt(ObservedContainer::restartCount)
                                        .reversed())
                        .toList();
    }

    /** The sandbox created last, ready or not. */
    public Optional<ObservedSandbox> newestSandbox() {
        return sandboxes.stream().findFirst();
    }

    /** The newest container of that name, whatever its state and sandbox. */
    public Optional<ObservedContainer> newest(String containerName) {
        return containers.stream().filter(c -> c.name().equals(containerName)).findFirst();
    }

    /** The newest container of that name that has exited and is not {@code excludedId}. */
    public Optional<ObservedContainer> lastExited(String containerName, String excludedId) {
        return containers.stream()
                .filter(c -> c.name().equals(containerName))
                .filter(c -> c.hasExited() && !c.id().equals(excludedId))
                .findFirst();
    }

    /** Whether any container of the pod may still run; an unknown one counts. */
    public boolean mayRun() {
        return containers.stream().anyMatch(ObservedContainer::mayRun);
    }

    public boolean isEmpty() {
        return sandboxes.isEmpty() && containers.isEmpty();
    }
}
