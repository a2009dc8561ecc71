package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.pod.PodRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something of a pod that takes longer than it can when all is well.
 *
 * @param pod whose work it is
 * @param key the action; empty for a step of the worker itself, which never blocks
 * @param since when it began
 */
record Hang(PodRef pod, Optional<ActivityKey> key, Instant since) {

    /** A step of a worker only reads and decides. */
    static final Duration LONGEST_STEP = Duration.ofSeconds(30);

    /** The runtime's default deadline of a call is 2 min, and a start takes a few of them. */
    static final Duration LONGEST_ACTION = Duration.ofMinutes(5);

    /** What of one pod hangs at {@code now}. */
    static List<Hang> of(
            PodRef pod,
            Optional<Instant> stepSince,
            Map<ActivityKey, Activity> activities,
            Instant now) {
        List<Hang> hangs = new ArrayList<>();
        stepSince
                .filter(since -> since.plus(LONGEST_STEP).isBefore(now))
                .ifPresent(since -> hangs.add(new Hang(pod, Optional.empty(), since)));
        activities.forEach((key, activity) -> {
            if (activity instanceof Activity.Running(_, Instant since)
                    && isBounded(key.topic())
                    && since.plus(LONGEST_ACTION).isBefore(now)) {
                hangs.add(new Hang(pod, Optional.of(key), since));
            }
        });
        return hangs;
    }

    /** A pull, a hook and a stop with its grace may take as long as their owner said. */
    private static boolean isBounded(ActivityKey.Topic topic) {
        return switch (topic) {
            case IMAGE, HOOK, STOP -> false;
            default -> true;
        };
    }

    /** What hangs, for a log line. */
    String what() {
        return key.map(k -> "action " + k).orElse("the worker itself");
    }
}
