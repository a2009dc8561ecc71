package dev.caravel.kubelet.source;

import org.jspecify.annotations.Nullable;

/** Label keys and values as the API allows them. */
final class LabelSyntax {
    private static final int LONGEST = 63;

    private LabelSyntax() {}

    /** A name, with or without a DNS subdomain and a slash in front. */
    static boolean isKey(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? isName(text)
                : Rfc1123.isSubdomain(text.substring(0, slash))
                        && isName(text.substring(slash + 1));
    }

    /** Empty, or a name. */
    static boolean isValue(@Nullable String text) {
        return text != null && (text.isEmpty() || isName(text));
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean edge = i == 0 || i == text.length() - 1;
            boolean alphanumeric =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (edge || (c != '-' && c != '_' && c != '.'))) {
                return false;
            }
        }
        return true;
    }
}
