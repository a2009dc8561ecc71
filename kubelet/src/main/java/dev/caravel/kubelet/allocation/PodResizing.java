package dev.caravel.kubelet.allocation;

import dev.caravel.linux.cgroup.CgroupLimits;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one pod stands with its resizes. Guarded by {@link Resizes}. */
final class PodResizing {
    static final String PENDING = "PodResizePending";
    static final String IN_PROGRESS = "PodResizeInProgress";
    static final String INFEASIBLE = "Infeasible";
    static final String DEFERRED = "Deferred";
    static final String ERROR = "Error";

    private @Nullable PodCondition pending;
    private @Nullable PodCondition inProgress;
    private @Nullable PodAllocation judged;
    private Optional<CgroupLimits> podLimits = Optional.empty();

    /** Goes on where the kubelet before this one stood, as its last status tells. */
    PodResizing(Pod pod) {
        if (pod.getStatus() != null) {
            for (PodCondition c : pod.getStatus().getConditions()) {
                if (PENDING.equals(c.getType())) {
                    pending = c;
                } else if (IN_PROGRESS.equals(c.getType())) {
                    inProgress = c;
                }
            }
        }
    }

    List<PodCondition> conditions() {
        return Stream.of(pending, inProgress).filter(Objects::nonNull).toList();
    }

    /** Whether this is another wish than the one judged last; remembers it. */
    boolean isNews(PodAllocation wanted) {
        boolean news = !wanted.equals(judged);
        judged = wanted;
        return news;
    }

    boolean isPending() {
        return pending != null;
    }

    /** When the wish began to wait for room, if it does. */
    Optional<Instant> pendingSince() {
        return Optional.ofNullable(pending).map(c -> Instant.parse(c.getLastTransitionTime()));
    }

    /** Returns whether there was one. */
    boolean clearPending() {
        boolean was = pending != null;
        pending = null;
        return was;
    }

    /** Returns whether reason or generation are new. */
    boolean setPending(String reason, String message, long generation, Instant now) {
        PodCondition before = pending;
        pending = condition(PENDING, before, reason, message, generation, now);
        return before == null
                || !reason.equals(before.getReason())
                || !Objects.equals(before.getObservedGeneration(), generation);
    }

    /** A new resize has been granted. */
    void start(long generation, Instant now) {
        inProgress = condition(IN_PROGRESS, null, "", "", generation, now);
    }

    /** Something differs from what was granted; an earlier word about it stays. */
    void ensureStarted(long generation, Instant now) {
        if (inProgress == null) {
            start(generation, now);
        }
    }

    /** Returns the generation the error is about, empty if that was known already. */
    Optional<Long> fail(String message, long generation, Instant now) {
        PodCondition before = inProgress;
        long about =
                before == null || before.getObservedGeneration() == null
                        ? generation
                        : before.getObservedGeneration();
        inProgress = condition(IN_PROGRESS, before, ERROR, message, about, now);
        boolean known =
                before != null
                        && ERROR.equals(before.getReason())
                        && message.equals(before.getMessage());
        return known ? Optional.empty() : Optional.of(about);
    }

    /** Returns the generation that is carried out now, empty if none was under way. */
    Optional<Long> complete() {
        PodCondition before = inProgress;
        inProgress = null;
        return Optional.ofNullable(before)
                .map(c -> Optional.ofNullable(c.getObservedGeneration()).orElse(0L));
    }

    Optional<CgroupLimits> podLimits() {
        return podLimits;
    }

    void setPodLimits(Optional<CgroupLimits> limits) {
        podLimits = limits;
    }

    private static PodCondition condition(
            String type,
            @Nullable PodCondition before,
            String reason,
            String message,
            long generation,
            Instant now) {
        String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
        boolean sameReason =
                before != null && reason.equals(Objects.requireNonNullElse(before.getReason(), ""));
        PodConditionBuilder condition =
                new PodConditionBuilder()
                        .withType(type)
                        .withStatus("True")
                        .withLastProbeTime(at)
                        .withLastTransitionTime(
                                sameReason && before != null ? before.getLastTransitionTime() : at)
                        .withObservedGeneration(generation);
        if (!reason.isEmpty()) {
            condition.withReason(reason);
        }
        if (!message.isEmpty()) {
            condition.withMessage(message);
        }
        return condition.build();
    }
}
