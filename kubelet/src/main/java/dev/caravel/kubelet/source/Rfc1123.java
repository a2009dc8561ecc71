package dev.caravel.kubelet.source;

import org.jspecify.annotations.Nullable;

/** Names as the API allows them, and the stricter sense in which a text is safe as a file name. */
final class Rfc1123 {
    private static final int LABEL = 63;
    private static final int SUBDOMAIN = 253;
    private static final int UID = 128;

    private Rfc1123() {}

    /** Lower case letters, digits and inner hyphens, at most 63. */
    static boolean isLabel(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > LABEL) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean edge = i == 0 || i == text.length() - 1;
            if (!isLower(c) && (c != '-' || edge)) {
                return false;
            }
        }
        return true;
    }

    /** Labels joined by dots, at most 253 characters. */
    static boolean isSubdomain(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > SUBDOMAIN) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (label.isEmpty()
                    || !label.chars().allMatch(c -> isLower((char) c) || c == '-')
                    || label.startsWith("-")
                    || label.endsWith("-")) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a UID may become a folder and a cgroup name: letters, digits, hyphens, inner dots.
     * The API server makes UUIDs; a manifest may say anything.
     */
    static boolean isUid(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > UID) {
            return false;
        }
        char first = text.charAt(0);
        return (isLower(first) || isUpper(first))
                && text.chars()
                        .allMatch(c ->
                                isLower((char) c) || isUpper((char) c) || c == '-' || c == '.');
    }

    private static boolean isLower(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }
}
