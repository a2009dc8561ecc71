package dev.caravel.kubelet.server;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which container's log a name stands for, or why there is none (contract §9.7). */
sealed interface LogTarget {

    /**
     * This one.
     *
     * @param id the runtime's ID, without the runtime's name
     */
    record Found(String id) implements LogTarget {}

    /** None; answered with 400 and this text. */
    record None(String text) implements LogTarget {}

    /**
     * Decides by the status this node last published.
     *
     * @param previous whether the instance before the present one is wanted
     */
    static LogTarget choose(String pod, PodStatus status, String container, boolean previous) {
        String what = "container \"" + container + "\" in pod \"" + pod + "\"";
        Optional<ContainerStatus> found =
                Stream.of(
                                status.getContainerStatuses(),
                                status.getInitContainerStatuses(),
                                status.getEphemeralContainerStatuses())
                        .flatMap(LogTarget::stream)
                        .filter(c -> container.equals(c.getName()))
                        .findFirst();
        if (found.isEmpty()) {
            return new None(what + " is not available");
        }
        ContainerState none = new ContainerState();
        ContainerState now = Optional.ofNullable(found.get().getState()).orElse(none);
        @Nullable ContainerStateTerminated last =
                Optional.ofNullable(found.get().getLastState()).orElse(none).getTerminated();
        if (previous) {
            return ended(last, "previous terminated " + what + " not found");
        }
        if (now.getRunning() != null) {
            return found(found.get().getContainerID(), what + " is waiting to start - no logs yet");
        }
        if (now.getTerminated() != null) {
            // The next instance may never have been made: then the one before it has the log.
            LogTarget ended = ended(now.getTerminated(), what + " is terminated");
            return ended instanceof Found ? ended : ended(last, what + " is terminated");
        }
        if (last != null) {
            return ended(last, what + " is terminated");
        }
        return new None(what + " is waiting to start" + because(now.getWaiting()));
    }

    private static Stream<ContainerStatus> stream(@Nullable List<ContainerStatus> statuses) {
        return statuses == null ? Stream.empty() : statuses.stream();
    }

    private static LogTarget ended(@Nullable ContainerStateTerminated state, String otherwise) {
        return found(state == null ? null : state.getContainerID(), otherwise);
    }

    private static LogTarget found(@Nullable String containerId, String otherwise) {
        String id = containerId == null ? "" : containerId;
        int scheme = id.indexOf("://");
        id = scheme < 0 ? id : id.substring(scheme + 3);
        return id.isEmpty() ? new None(otherwise) : new Found(id);
    }

    private static String because(@Nullable ContainerStateWaiting waiting) {
        if (waiting == null) {
            return " - no logs yet";
        }
        String reason = Optional.ofNullable(waiting.getReason()).orElse("");
        return switch (reason) {
            case "ErrImagePull" -> ": image can't be pulled";
            case "ImagePullBackOff" -> ": trying and failing to pull image";
            default -> ": " + reason;
        };
    }
}
