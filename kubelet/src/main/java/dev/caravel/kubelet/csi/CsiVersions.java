package dev.caravel.kubelet.csi;

import java.util.List;
import java.util.Optional;

/** Versions of the CSI specification as drivers announce them. Pure. */
record CsiVersions(int major, int minor, int patch) implements Comparable<CsiVersions> {

    /** The highest 1.x among the texts; others, and what is no version, do not count. */
    static Optional<CsiVersions> highestSupported(List<String> texts) {
        return texts.stream()
                .flatMap(text -> parse(text).stream())
                .filter(version -> version.major == 1)
                .max(CsiVersions::compareTo);
    }

    private static Optional<CsiVersions> parse(String text) {
        String plain = text.startsWith("v") ? text.substring(1) : text;
        String[] parts = plain.split("\\.", -1);
        if (parts.length < 2 || parts.length > 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new CsiVersions(
                            Integer.parseInt(parts[0]),
                            Integer.parseInt(parts[1]),
                            parts.length == 3 ? Integer.parseInt(parts[2]) : 0));
        } catch (NumberFormatException e) {
            // Announced nonsense is not a version we speak.
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(CsiVersions other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = Integer.compare(minor, other.minor);
        return byMajor != 0
                ? byMajor
                : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }
}
