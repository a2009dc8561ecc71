package dev.caravel.kubelet.status;

import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** A pod's phase from its containers' states (contract §5.11). */
final class PodPhases {

    private int pendingInit;
    private int failedInit;
    private int running;
    private int waiting;
    private int unknown;
    private int stopped;
    private int stoppedForGood;
    private int succeeded;

    private PodPhases() {}

    static String of(Pod pod, ContainerStatuses statuses) {
        PodPhases count = new PodPhases();
        for (PodContainer c : PodContainer.inits(pod)) {
            Optional<ContainerStatus> s = PodStatusComputer.find(statuses.init(), c.name());
            if (c.kind() == ContainerKind.SIDECAR) {
                count.sidecar(s);
            } else {
                count.init(pod, c, s);
            }
        }
        for (PodContainer c : PodContainer.regular(pod)) {
            count.regular(pod, c, PodStatusComputer.find(statuses.regular(), c.name()));
        }
        return count.phase(statuses.anyRegularStarted());
    }

    private void init(Pod pod, PodContainer c, Optional<ContainerStatus> s) {
        Optional<ContainerStateTerminated> end = s.flatMap(PodPhases::lastEnd);
        if (s.isEmpty() || s.get().getState().getRunning() != null || end.isEmpty()) {
            pendingInit++;
        } else if (end.get().getExitCode() != 0 && !restarts(pod, c, end.get())) {
            failedInit++;
        } else if (end.get().getExitCode() != 0) {
            pendingInit++;
        }
    }

    private static boolean restarts(Pod pod, PodContainer c, ContainerStateTerminated end) {
        return RestartingAll.REASON.equals(end.getReason())
                || RestartPolicies.restarts(pod, c, end.getExitCode());
    }

    private void sidecar(Optional<ContainerStatus> s) {
        if (s.isEmpty()) {
            unknown++;
        } else if (s.get().getState().getRunning() != null) {
            running++;
            if (!Boolean.TRUE.equals(s.get().getStarted())) {
                pendingInit++;
            }
        } else if (lastEnd(s.get()).isEmpty()) {
            pendingInit++;
            waiting++;
        }
    }

    private void regular(Pod pod, PodContainer c, Optional<ContainerStatus> s) {
        if (s.isEmpty()) {
            unknown++;
            return;
        }
        if (s.get().getState().getRunning() != null) {
            running++;
            return;
        }
        Optional<ContainerStateTerminated> end = lastEnd(s.get());
        if (end.isEmpty()) {
            waiting++;
            return;
        }
        stopped++;
        stoppedForGood += restarts(pod, c, end.get()) ? 0 : 1;
        boolean terminated = s.get().getState().getTerminated() != null;
        succeeded += terminated && end.get().getExitCode() == 0 ? 1 : 0;
    }

    /** How the container ended, if it has: now, or before it began to wait for its restart. */
    private static Optional<ContainerStateTerminated> lastEnd(ContainerStatus s) {
        if (s.getState().getTerminated() != null) {
            return Optional.of(s.getState().getTerminated());
        }
        return s.getState().getRunning() != null || s.getLastState() == null
                ? Optional.empty()
                : Optional.ofNullable(s.getLastState().getTerminated());
    }

    private String phase(boolean wasInitialized) {
        if (failedInit > 0) {
            return "Failed";
        }
        if (pendingInit > 0 && !wasInitialized) {
            return "Pending";
        }
        if (waiting > 0) {
            return "Pending";
        }
        if (running > 0 && unknown == 0) {
            return "Running";
        }
        if (stopped > 0 && unknown == 0) {
            if (stopped > stoppedForGood) {
                return "Running";
            }
            return stopped == succeeded ? "Succeeded" : "Failed";
        }
        return "Pending";
    }
}
