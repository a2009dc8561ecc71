package dev.caravel.kubelet.status;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The container statuses of a pod in API form. Regular and ephemeral ones are sorted by name, init
 * ones stay in spec order, as upstream's kubelet reports them.
 */
record ContainerStatuses(
        List<ContainerStatus> init,
        List<ContainerStatus> regular,
        List<ContainerStatus> ephemeral) {

    private static final int UNKNOWN_EXIT = 137;
    private static final String LOST =
            "The container could not be located when the pod was terminated";

    static ContainerStatuses of(PodSnapshot s, Plan plan, PodStatus previous, String runtimeName) {
        boolean initialized = initialized(s);
        List<ContainerStatus> init = new ArrayList<>();
        List<ContainerStatus> regular = new ArrayList<>();
        List<ContainerStatus> ephemeral = new ArrayList<>();
        for (PodContainer c : PodContainer.all(s.pod())) {
            ContainerReport report =
                    new ContainerReport(s, plan, c, previous, runtimeName, initialized);
            switch (c.kind()) {
                case INIT, SIDECAR -> init.add(report.status());
                case REGULAR -> regular.add(report.status());
                case EPHEMERAL -> ephemeral.add(report.status());
            }
        }
        regular.sort(Comparator.comparing(ContainerStatus::getName));
        ephemeral.sort(Comparator.comparing(ContainerStatus::getName));
        return new ContainerStatuses(
                List.copyOf(init), List.copyOf(regular), List.copyOf(ephemeral));
    }

    /**
     * Whether regular containers may start: decides between PodInitializing and ContainerCreating.
     */
    private static boolean initialized(PodSnapshot s) {
        for (PodContainer c : PodContainer.inits(s.pod())) {
            Optional<ObservedContainer> o = s.observed().newest(c.name());
            boolean through =
                    c.kind() == ContainerKind.SIDECAR
                            ? o.filter(ObservedContainer::isRunning).isPresent()
                            : o.filter(ObservedContainer::succeeded).isPresent();
            if (!through) {
                return false;
            }
        }
        return true;
    }

    boolean anyRegularStarted() {
        return regular.stream()
                .anyMatch(c ->
                        c.getState().getRunning() != null
                                || c.getState().getTerminated() != null
                                || (c.getLastState() != null
                                        && c.getLastState().getTerminated() != null));
    }

    boolean allSucceeded() {
        return !regular.isEmpty()
                && regular.stream()
                        .allMatch(c ->
                                c.getState().getTerminated() != null
                                        && c.getState().getTerminated().getExitCode() == 0);
    }

    /** The pod is over: a container that still waits will never start, and its status says so. */
    ContainerStatuses withoutWaiting() {
        return new ContainerStatuses(ended(init), ended(regular), ended(ephemeral));
    }

    private static List<ContainerStatus> ended(List<ContainerStatus> all) {
        return all.stream().map(ContainerStatuses::ended).toList();
    }

    private static ContainerStatus ended(ContainerStatus c) {
        ContainerStatusBuilder b =
                new ContainerStatusBuilder(c).withReady(false).withStarted(false);
        if (c.getState().getWaiting() == null) {
            boolean keepsReady =
                    c.getState().getTerminated() != null && Boolean.TRUE.equals(c.getReady());
            return b.withReady(keepsReady).build();
        }
        if (c.getLastState() != null && c.getLastState().getTerminated() != null) {
            return b.withState(c.getLastState()).withLastState(new ContainerState()).build();
        }
        return b.withState(lost()).build();
    }

    private static ContainerState lost() {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withReason("ContainerStatusUnknown")
                .withMessage(LOST)
                .withExitCode(UNKNOWN_EXIT)
                .endTerminated()
                .build();
    }
}
