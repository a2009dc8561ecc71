package dev.caravel.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Immutable copies for the compact constructors of the configuration records. Maps come out sorted
 * by key, because logs, {@code /configz} and error lists must not change their order between runs.
 */
public final class Copies {

    private Copies() {}

    /** An immutable copy of {@code map}, sorted by key. */
    public static <V> Map<String, V> map(Map<String, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /** An immutable copy of {@code map} and of its lists, sorted by key. */
    public static Map<String, List<String>> mapOfLists(Map<String, List<String>> map) {
        TreeMap<String, List<String>> copy = new TreeMap<>();
        map.forEach((key, values) -> copy.put(key, List.copyOf(values)));
        return Collections.unmodifiableMap(copy);
    }
}
