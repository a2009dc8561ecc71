package dev.caravel.kubelet.network;

/** RFC 1123 names in lower case, as the API validates them. */
final class DnsNames {
    static final int LABEL_MAX = 63;
    static final int SUBDOMAIN_MAX = 253;

    private DnsNames() {}

    /** Letters, digits and inner dashes, at most 63. */
    static boolean isLabel(String text) {
        if (text.isEmpty() || text.length() > LABEL_MAX) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inner = i > 0 && i < text.length() - 1;
            if (!isAlphanumeric(c) && !(c == '-' && inner)) {
                return false;
            }
        }
        return true;
    }

    /** Labels (of any length) joined by dots, at most 253 characters. */
    static boolean isSubdomain(String text) {
        if (text.isEmpty() || text.length() > SUBDOMAIN_MAX) {
            return false;
        }
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '.') {
                if (!isLabelOfAnyLength(text, start, i)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    private static boolean isLabelOfAnyLength(String text, int start, int end) {
        if (start == end) {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            boolean inner = i > start && i < end - 1;
            if (!isAlphanumeric(c) && !(c == '-' && inner)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
}
