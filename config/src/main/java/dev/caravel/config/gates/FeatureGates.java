package dev.caravel.config.gates;

import dev.caravel.config.Suggestions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The value of every gate. Immutable; made once at start from {@code featureGates} of the file and
 * {@code --feature-gates}.
 */
public final class FeatureGates {

    /** Sets every alpha gate that is not set by its own name. */
    public static final String ALL_ALPHA = "AllAlpha";

    /** Sets every beta gate that is not set by its own name. */
    public static final String ALL_BETA = "AllBeta";

    private final Map<Gate, Boolean> values;

    private FeatureGates(Map<Gate, Boolean> values) {
        this.values = values;
    }

    /** All gates at their defaults. */
    public static FeatureGates defaults() {
        return resolve(Map.of()).gates();
    }

    /** Whether {@code gate} is on. */
    public boolean enabled(Gate gate) {
        return Boolean.TRUE.equals(values.get(gate));
    }

    /** Every gate with its value, in the order of {@link Gate}; for metrics and diagnostics. */
    public Map<Gate, Boolean> values() {
        return new EnumMap<>(values);
    }

    /**
     * What a set of wishes comes to.
     *
     * @param gates the gates with every valid wish applied
     * @param problems wishes that cannot be granted, by gate name
     * @param warnings things to know about granted wishes, by gate name
     */
    public record Resolution(FeatureGates gates, List<Finding> problems, List<Finding> warnings) {}

    /**
     * A remark about one gate.
     *
     * @param gate name as written
     * @param text what is wrong or should be known
     */
    public record Finding(String gate, String text) {}

    /**
     * Applies {@code wishes} to the defaults. Names set themselves before {@code AllAlpha} and
     * {@code AllBeta} set the rest; a gate that is on while one it needs is off is a problem.
     */
    public static Resolution resolve(Map<String, Boolean> wishes) {
        Map<Gate, Boolean> values = new EnumMap<>(Gate.class);
        List<Finding> problems = new ArrayList<>();
        List<Finding> warnings = new ArrayList<>();
        for (Gate gate : Gate.values()) {
            values.put(gate, valueOf(gate, wishes));
        }
        for (String name : new TreeSet<>(wishes.keySet())) {
            boolean wish = Boolean.TRUE.equals(wishes.get(name));
            problemWith(name, wish).ifPresent(text -> problems.add(new Finding(name, text)));
            warningAbout(name).ifPresent(text -> warnings.add(new Finding(name, text)));
        }
        if (problems.isEmpty()) {
            problems.addAll(missingNeeds(values));
        }
        return new Resolution(new FeatureGates(values), problems, warnings);
    }

    private static boolean valueOf(Gate gate, Map<String, Boolean> wishes) {
        if (gate.locked()) {
            return gate.defaultValue();
        }
        Boolean own = wishes.get(gate.name());
        if (own != null) {
            return own;
        }
        return switch (gate.stage()) {
            case ALPHA -> wishes.getOrDefault(ALL_ALPHA, gate.defaultValue());
            case BETA -> wishes.getOrDefault(ALL_BETA, gate.defaultValue());
            case GA, DEPRECATED -> gate.defaultValue();
        };
    }

    private static Optional<String> problemWith(String name, boolean wish) {
        if (name.equals(ALL_ALPHA) || name.equals(ALL_BETA)) {
            return Optional.empty();
        }
        Optional<Gate> gate = Gate.named(name);
        if (gate.isEmpty()) {
            return Optional.of("is no feature gate" + Suggestions.didYouMean(name, names()));
        }
        boolean fixed = gate.get().defaultValue();
        return gate.get().locked() && fixed != wish
                ? Optional.of("cannot be set, the feature is locked to " + fixed)
                : Optional.empty();
    }

    private static Optional<String> warningAbout(String name) {
        return Gate.named(name)
                .flatMap(gate ->
                        switch (gate.stage()) {
                            case GA ->
                                    Optional.of("is generally available; the gate will be removed");
                            case DEPRECATED ->
                                    Optional.of("is deprecated; the gate will be removed");
                            case ALPHA, BETA -> Optional.empty();
                        });
    }

    private static List<Finding> missingNeeds(Map<Gate, Boolean> values) {
        List<Finding> problems = new ArrayList<>();
        GateDependencies.all()
                .forEach((gate, needs) -> {
                    List<Gate> off =
                            needs.stream()
                                    .filter(need -> !Boolean.TRUE.equals(values.get(need)))
                                    .toList();
                    if (Boolean.TRUE.equals(values.get(gate)) && !off.isEmpty()) {
                        problems.add(
                                new Finding(
                                        gate.name(), "is on but needs " + off + ", which is off"));
                    }
                });
        return problems;
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(Set.of(ALL_ALPHA, ALL_BETA));
        for (Gate gate : Gate.values()) {
            names.add(gate.name());
        }
        return names;
    }
}
