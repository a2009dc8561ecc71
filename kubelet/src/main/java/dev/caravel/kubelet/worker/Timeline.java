package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.plan.ActivityKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The steps of a pod's start in the order they began.
 *
 * @param begin when this kubelet first heard of the pod
 * @param steps finished steps, at most {@value #MAX_STEPS}
 */
public record Timeline(Instant begin, List<Step> steps) {

    static final int MAX_STEPS = 64;

    public Timeline {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param key what it worked on
     * @param after time from the pod's first sight to the step's begin
     * @param took how long it lasted
     * @param succeeded whether it did what it should
     */
    public record Step(ActivityKey key, Duration after, Duration took, boolean succeeded) {
        @Override
        public String toString() {
            return key
                    + " +"
                    + after.toMillis()
                    + " ms "
                    + took.toMillis()
                    + " ms"
                    + (succeeded ? "" : " (failed)");
        }
    }

    Timeline with(ActivityKey key, Instant from, Instant to, boolean succeeded) {
        if (steps.size() >= MAX_STEPS) {
            return this;
        }
        List<Step> all = new ArrayList<>(steps);
        all.add(
                new Step(
                        key, Duration.between(begin, from), Duration.between(from, to), succeeded));
        return new Timeline(begin, all);
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(", "));
    }
}
