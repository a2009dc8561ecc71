package dev.caravel.config.kubelet;

import dev.caravel.config.GoDuration;
import dev.caravel.config.Quantity;
import dev.caravel.config.document.Violations;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules for eviction thresholds (contract §8). */
final class EvictionRules {

    private static final Set<String> SIGNALS =
            Set.of(
                    "memory.available",
                    "allocatableMemory.available",
                    "nodefs.available",
                    "nodefs.inodesFree",
                    "imagefs.available",
                    "imagefs.inodesFree",
                    "containerfs.available",
                    "containerfs.inodesFree",
                    "pid.available");

    private EvictionRules() {}

    static void check(KubeletConfiguration config, Violations out) {
        signals("evictionHard", config.evictionHard(), out);
        signals("evictionSoft", config.evictionSoft(), out);
        signals("evictionSoftGracePeriod", config.evictionSoftGracePeriod(), out);
        signals("evictionMinimumReclaim", config.evictionMinimumReclaim(), out);
        thresholds("evictionHard", config.evictionHard(), out);
        thresholds("evictionSoft", config.evictionSoft(), out);
        config.evictionSoftGracePeriod()
                .forEach((signal, text) -> {
                    boolean valid =
                            GoDuration.parse(text)
                                    .filter(period -> !period.isNegative())
                                    .isPresent();
                    out.when(
                            !valid,
                            "evictionSoftGracePeriod." + signal,
                            "must be a duration of 0s or longer");
                });
        config.evictionMinimumReclaim()
                .forEach((signal, text) -> {
                    boolean share = text.endsWith("%");
                    boolean valid =
                            share
                                    ? percent(text).filter(value -> value > 0).isPresent()
                                    : Quantity.parse(text)
                                            .filter(amount -> amount.signum() >= 0)
                                            .isPresent();
                    out.when(
                            !valid,
                            "evictionMinimumReclaim." + signal,
                            "must be an amount such as 500Mi or a percentage above 0%");
                });
        config.evictionSoft()
                .keySet()
                .forEach(signal ->
                        out.when(
                                !config.evictionSoftGracePeriod().containsKey(signal),
                                "evictionSoft." + signal,
                                "needs a period in evictionSoftGracePeriod"));
    }

    private static void signals(String field, Map<String, ?> entries, Violations out) {
        entries.keySet()
                .forEach(signal ->
                        out.when(
                                !SIGNALS.contains(signal),
                                field + "." + signal,
                                "is no eviction signal; there are "
                                        + String.join(", ", SIGNALS.stream().sorted().toList())));
    }

    private static void thresholds(String field, Map<String, String> entries, Violations out) {
        entries.forEach((signal, text) ->
                out.when(
                        !isThreshold(text),
                        field + "." + signal,
                        "must be an amount above 0 such as 100Mi or a percentage from 0% to 100%"));
    }

    private static boolean isThreshold(String text) {
        return text.endsWith("%")
                ? percent(text).filter(value -> value >= 0 && value <= 100).isPresent()
                : Quantity.parse(text).filter(amount -> amount.signum() > 0).isPresent();
    }

    private static Optional<Float> percent(String text) {
        try {
            return Optional.of(Float.parseFloat(text.substring(0, text.length() - 1)));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
