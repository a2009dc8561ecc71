package dev.caravel.kubelet.evict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From observations to node conditions and to the threshold that calls for action. Pure: what has
 * to be remembered from one look to the next is a value.
 */
public final class PressureRules {
    private PressureRules() {}

    /**
     * What is remembered.
     *
     * @param metSince since when each threshold is met without a break
     * @param seenAt when each condition was last called for
     * @param unresolved thresholds that were acted on and whose minimum is not reclaimed yet
     */
    public record Memory(
            Map<Threshold, Instant> metSince,
            Map<NodePressure, Instant> seenAt,
            List<Threshold> unresolved) {
        public static final Memory EMPTY = new Memory(Map.of(), Map.of(), List.of());

        public Memory {
            metSince = Map.copyOf(metSince);
            seenAt = Map.copyOf(seenAt);
            unresolved = List.copyOf(unresolved);
        }
    }

    /**
     * What one look brought.
     *
     * @param memory for the next look
     * @param pressures conditions to show; each stays for the transition period
     * @param due thresholds to act on, memory first
     */
    public record Look(Memory memory, Set<NodePressure> pressures, List<Threshold> due) {}

    /**
     * Looks.
     *
     * @param transition {@code evictionPressureTransitionPeriod}
     */
    public static Look look(
            Memory before,
            List<Threshold> thresholds,
            Map<Signal, Observation> observed,
            Duration transition,
            Instant now) {
        Set<Threshold> met = new LinkedHashSet<>(met(thresholds, observed, false));
        met.addAll(met(before.unresolved, observed, true));

        Map<Threshold, Instant> metSince = new LinkedHashMap<>();
        met.forEach(t -> metSince.put(t, before.metSince.getOrDefault(t, now)));

        Map<NodePressure, Instant> seenAt = new EnumMap<>(NodePressure.class);
        seenAt.putAll(before.seenAt);
        met.forEach(t -> seenAt.put(t.signal().pressure(), now));
        Set<NodePressure> pressures = EnumSet.noneOf(NodePressure.class);
        seenAt.forEach((pressure, at) -> {
            boolean called = met.stream().anyMatch(t -> t.signal().pressure() == pressure);
            if (called || Duration.between(at, now).compareTo(transition) < 0) {
                pressures.add(pressure);
            }
        });

        List<Threshold> due = new ArrayList<>();
        metSince.forEach((t, since) -> {
            if (Duration.between(since, now).compareTo(t.grace()) >= 0) {
                due.add(t);
            }
        });
        due.sort((a, b) -> Boolean.compare(b.signal().isMemory(), a.signal().isMemory()));
        return new Look(new Memory(metSince, seenAt, due), Set.copyOf(pressures), List.copyOf(due));
    }

    /** Those of {@code thresholds} whose signal is too low; unknown signals are not. */
    static List<Threshold> met(
            List<Threshold> thresholds, Map<Signal, Observation> observed, boolean untilReclaimed) {
        return thresholds.stream()
                .filter(t ->
                        Optional.ofNullable(observed.get(t.signal()))
                                .filter(o -> t.met(o, untilReclaimed))
                                .isPresent())
                .toList();
    }
}
