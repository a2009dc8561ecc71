package dev.caravel.kubelet.status;

import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a freshly computed status in order before it counts: what must not move backwards stays,
 * transition times follow the conditions, times are whole seconds, lists have one order (contract
 * §5.11).
 */
final class StatusTransitions {
    /** Bytes of termination messages a whole pod may report; split evenly (§5.8). */
    static final int MESSAGE_BYTES_PER_POD = 12 * 1024;

    private StatusTransitions() {}

    /**
     * Why {@code next} cannot follow {@code previous}, or empty. A container that ended and may not
     * be restarted must not be seen running again: that is an error of this agent, and the update
     * is dropped. Init containers may run again in a new sandbox, unless the pod never restarts.
     */
    static Optional<String> illegalMove(Pod pod, PodStatus previous, PodStatus next) {
        if ("Always".equals(RestartPolicies.ofPod(pod)) || RestartPolicies.mayRestartAll(pod)) {
            return Optional.empty();
        }
        for (PodContainer c : PodContainer.regular(pod)) {
            Optional<String> move =
                    illegalMove(
                            pod, c, previous.getContainerStatuses(), next.getContainerStatuses());
            if (move.isPresent()) {
                return move;
            }
        }
        if (!"Never".equals(RestartPolicies.ofPod(pod))) {
            return Optional.empty();
        }
        for (PodContainer c : PodContainer.inits(pod)) {
            Optional<String> move =
                    illegalMove(
                            pod,
                            c,
                            previous.getInitContainerStatuses(),
                            next.getInitContainerStatuses());
            if (move.isPresent()) {
                return move;
            }
        }
        return Optional.empty();
    }

    /**
     * The status as it counts from now on.
     *
     * @param previous what was published or read last, empty object for a pod nobody wrote about
     */
    static PodStatus settle(Pod pod, PodStatus previous, PodStatus next, Instant now) {
        PodStatus settled = Statuses.copy(next);
        List<PodCondition> conditions = new ArrayList<>();
        for (PodCondition c : next.getConditions()) {
            conditions.add(settle(c, Statuses.condition(previous, c.getType()), now));
        }
        settled.setConditions(conditions);
        settled.setStartTime(startTime(previous, next, now));
        settled.setObservedGeneration(
                later(previous.getObservedGeneration(), next.getObservedGeneration()));
        if (settled.getVolumeHealth().isEmpty()) {
            settled.setVolumeHealth(previous.getVolumeHealth());
        }
        if (Statuses.terminal(previous.getPhase()) && !Statuses.terminal(next.getPhase())) {
            settled.setPhase(previous.getPhase());
            settled.setReason(previous.getReason());
            settled.setMessage(previous.getMessage());
        }
        int limit = messageLimit(pod.getSpec());
        settled.setContainerStatuses(byName(next.getContainerStatuses(), limit));
        settled.setEphemeralContainerStatuses(byName(next.getEphemeralContainerStatuses(), limit));
        settled.setInitContainerStatuses(
                inSpecOrder(pod.getSpec(), next.getInitContainerStatuses(), limit));
        return settled;
    }

    private static Optional<String> illegalMove(
            Pod pod, PodContainer c, List<ContainerStatus> previous, List<ContainerStatus> next) {
        ContainerStatus old = named(previous, c.name());
        ContainerStatus now = named(next, c.name());
        Integer exitCode = old == null ? null : exitCode(old);
        if (exitCode == null
                || now == null
                || exitCode(now) != null
                || RestartPolicies.restarts(pod, c, exitCode)) {
            return Optional.empty();
        }
        return Optional.of(
                "container "
                        + c.name()
                        + " ended with exit code "
                        + exitCode
                        + " and may not be restarted, yet is reported as not ended");
    }

    private static PodCondition settle(
            PodCondition next, @Nullable PodCondition previous, Instant now) {
        PodCondition settled = Statuses.copy(next);
        settled.setLastProbeTime(Statuses.wholeSeconds(next.getLastProbeTime()));
        if (!OwnedConditions.timedHere(next.getType())) {
            settled.setLastTransitionTime(Statuses.wholeSeconds(next.getLastTransitionTime()));
            return settled;
        }
        settled.setLastTransitionTime(
                previous != null && next.getStatus().equals(previous.getStatus())
                        ? Statuses.wholeSeconds(previous.getLastTransitionTime())
                        : Statuses.time(now));
        return settled;
    }

    private static @Nullable String startTime(PodStatus previous, PodStatus next, Instant now) {
        if (previous.getStartTime() != null) {
            return previous.getStartTime();
        }
        return next.getStartTime() == null
                ? Statuses.time(now)
                : Statuses.wholeSeconds(next.getStartTime());
    }

    private static @Nullable Long later(@Nullable Long previous, @Nullable Long next) {
        if (previous == null || next == null) {
            return next == null ? previous : next;
        }
        return previous > next ? previous : next;
    }

    private static int messageLimit(PodSpec spec) {
        int containers =
                spec.getContainers().size()
                        + spec.getInitContainers().size()
                        + spec.getEphemeralContainers().size();
        return containers == 0 ? MESSAGE_BYTES_PER_POD : MESSAGE_BYTES_PER_POD / containers;
    }

    private static List<ContainerStatus> byName(List<ContainerStatus> statuses, int limit) {
        return statuses.stream()
                .map(s -> settle(s, limit))
                .sorted(Comparator.comparing(ContainerStatus::getName))
                .toList();
    }

    private static List<ContainerStatus> inSpecOrder(
            PodSpec spec, List<ContainerStatus> statuses, int limit) {
        Map<String, Integer> order = new HashMap<>();
        for (Container c : spec.getInitContainers()) {
            order.put(c.getName(), order.size());
        }
        return statuses.stream()
                .map(s -> settle(s, limit))
                .sorted(
                        Comparator.comparingInt(
                                s -> order.getOrDefault(s.getName(), Integer.MAX_VALUE)))
                .toList();
    }

    private static ContainerStatus settle(ContainerStatus status, int limit) {
        ContainerState state = settle(status.getState(), limit);
        ContainerState last = settle(status.getLastState(), limit);
        if (Objects.equals(state, status.getState())
                && Objects.equals(last, status.getLastState())) {
            return status;
        }
        return new ContainerStatusBuilder(status).withState(state).withLastState(last).build();
    }

    private static @Nullable ContainerState settle(@Nullable ContainerState state, int limit) {
        if (state == null) {
            return null;
        }
        ContainerState settled = new ContainerState();
        settled.setWaiting(state.getWaiting());
        if (state.getRunning() != null) {
            ContainerStateRunning running = new ContainerStateRunning();
            running.setStartedAt(Statuses.wholeSeconds(state.getRunning().getStartedAt()));
            settled.setRunning(running);
        }
        ContainerStateTerminated ended = state.getTerminated();
        if (ended != null) {
            settled.setTerminated(
                    new ContainerStateTerminated(
                            ended.getContainerID(),
                            ended.getExitCode(),
                            Statuses.wholeSeconds(ended.getFinishedAt()),
                            shortened(ended.getMessage(), limit),
                            ended.getReason(),
                            ended.getSignal(),
                            Statuses.wholeSeconds(ended.getStartedAt())));
        }
        return settled;
    }

    /** Cuts to {@code limit} bytes of UTF-8 without splitting a character. */
    static @Nullable String shortened(@Nullable String text, int limit) {
        if (text == null || text.length() * 3 <= limit) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= limit) {
            return text;
        }
        int end = limit;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static @Nullable Integer exitCode(ContainerStatus status) {
        ContainerState state = status.getState();
        return state == null || state.getTerminated() == null
                ? null
                : state.getTerminated().getExitCode();
    }

    private static @Nullable ContainerStatus named(List<ContainerStatus> statuses, String name) {
        for (ContainerStatus s : statuses) {
            if (s.getName().equals(name)) {
                return s;
            }
        }
        return null;
    }
}
