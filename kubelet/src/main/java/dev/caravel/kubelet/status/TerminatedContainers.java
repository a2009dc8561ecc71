package dev.caravel.kubelet.status;

import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds containers that a new status shows ended for the first time. */
final class TerminatedContainers {
    private TerminatedContainers() {}

    static void report(PodStatus before, PodStatus now, Pod pod, StatusObserver observer) {
        report(before.getInitContainerStatuses(), now.getInitContainerStatuses(), pod, observer);
        report(before.getContainerStatuses(), now.getContainerStatuses(), pod, observer);
        report(
                before.getEphemeralContainerStatuses(),
                now.getEphemeralContainerStatuses(),
                pod,
                observer);
    }

    private static void report(
            List<ContainerStatus> before,
            List<ContainerStatus> now,
            Pod pod,
            StatusObserver observer) {
        for (ContainerStatus status : now) {
            ContainerStateTerminated ended = ended(status);
            if (ended == null) {
                continue;
            }
            boolean known =
                    before.stream()
                            .anyMatch(
                                    b -> b.getName().equals(status.getName()) && ended(b) != null);
            if (!known) {
                observer.containerTerminated(
                        kind(pod, status.getName()),
                        ended.getExitCode() == null ? 0 : ended.getExitCode(),
                        ended.getReason() == null ? "" : ended.getReason());
            }
        }
    }

    private static ContainerKind kind(Pod pod, String name) {
        return PodContainer.byName(pod, name).map(PodContainer::kind).orElse(ContainerKind.REGULAR);
    }

    private static @Nullable ContainerStateTerminated ended(ContainerStatus status) {
        return status.getState() == null ? null : status.getState().getTerminated();
    }
}
