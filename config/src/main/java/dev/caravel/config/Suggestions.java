package dev.caravel.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what somebody who mistyped a flag, field or gate probably meant. */
public final class Suggestions {

    private static final int MOST = 3;

    private Suggestions() {}

    /**
     * A tail for an error message such as {@code "; did you mean maxPods?"}, or nothing when no
     * name is near.
     *
     * @param name what was written
     * @param known what could have been written
     */
    public static String didYouMean(String name, Collection<String> known) {
        List<String> near = nearest(name, known);
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    /** The known names nearest to {@code name}, best first, at most three. */
    public static List<String> nearest(String name, Collection<String> known) {
        int tolerance = Math.max(2, name.length() / 4);
        record Candidate(String name, int distance) {}
        return known.stream()
                .map(other -> new Candidate(other, distance(name, other)))
                .filter(candidate -> candidate.distance <= tolerance)
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(MOST)
                .map(Candidate::name)
                .toList();
    }

    /** Levenshtein distance without regard to case. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same =
                        Character.toLowerCase(a.charAt(i - 1))
                                == Character.toLowerCase(b.charAt(j - 1));
                int replaced = previous[j - 1] + (same ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
