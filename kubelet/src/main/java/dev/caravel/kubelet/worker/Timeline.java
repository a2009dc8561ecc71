package dev.caravel.kubelet.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The steps of a pod's start in the order they ended.
 *
 * @param begin when this kubelet first heard of the pod
 * @param steps finished steps, one a name
 * @param ready when the pod first was ready; nothing is added from then on
 */
public record Timeline(Instant begin, List<Step> steps, Optional<Instant> ready) {

    /** More than any pod's start needs; a pod with more containers shows the first of them. */
    static final int MAX_STEPS = 256;

    public Timeline {
        steps = List.copyOf(steps);
    }

    static Timeline from(Instant begin) {
        return new Timeline(begin, List.of(), Optional.empty());
    }

    /**
     * One step; the last try of it.
     *
     * @param name what it did, for people
     * @param after time from the pod's first sight to the step's begin
     * @param took how long it lasted
     * @param failures how many tries failed, this one included if it did
     * @param succeeded whether it did what it should
     * @param parts what it consisted of; may be empty
     */
    public record Step(
            String name,
            Duration after,
            Duration took,
            int failures,
            boolean succeeded,
            List<Part> parts) {
        public Step {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return name
                    + " +"
                    + after.toMillis()
                    + " ms "
                    + took.toMillis()
                    + " ms"
                    + (succeeded ? "" : " (failed)");
        }
    }

    /** A part of a step, right after the one before it. */
    public record Part(String name, Duration took) {}

    /** With one more step; it takes the place of failed tries at the same. */
    Timeline with(String name, Instant from, Instant to, boolean succeeded, List<Part> parts) {
        if (ready.isPresent()) {
            return this;
        }
        List<Step> all = new ArrayList<>(steps);
        int failures = succeeded ? 0 : 1;
        for (Step s : steps) {
            if (s.name.equals(name)) {
                failures += s.failures;
                all.remove(s);
            }
        }
        if (all.size() >= MAX_STEPS) {
            return this;
        }
        Duration after = Duration.between(begin, from);
        all.add(new Step(name, after, Duration.between(from, to), failures, succeeded, parts));
        return new Timeline(begin, all, ready);
    }

    /** The start is over. */
    Timeline readyAt(Instant at) {
        return ready.isPresent() ? this : new Timeline(begin, steps, Optional.of(at));
    }

    /** From first sight to ready. */
    public Optional<Duration> whole() {
        return ready.map(at -> Duration.between(begin, at));
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(", "));
    }
}
