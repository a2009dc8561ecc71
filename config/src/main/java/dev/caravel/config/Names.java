package dev.caravel.config;

/** Kubernetes' rules for names: label keys and values, DNS subdomains (apimachinery validation). */
public final class Names {

    private static final int LONGEST_NAME = 63;
    private static final int LONGEST_SUBDOMAIN = 253;

    private Names() {}

    /**
     * Whether {@code text} is a label key: a name, with or without a DNS subdomain and slash in
     * front.
     */
    public static boolean isQualifiedName(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return isName(text);
        }
        return isSubdomain(text.substring(0, slash)) && isName(text.substring(slash + 1));
    }

    /** Whether {@code text} is a label value: empty or a name. */
    public static boolean isLabelValue(String text) {
        return text.isEmpty() || isName(text);
    }

    /** Whether {@code text} is a lower case DNS name of at most 253 characters. */
    public static boolean isSubdomain(String text) {
        if (text.isEmpty() || text.length() > LONGEST_SUBDOMAIN) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            boolean valid = !label.isEmpty() && label.chars().allMatch(c -> isLower(c) || c == '-');
            if (!valid || label.startsWith("-") || label.endsWith("-")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && isAlphanumeric(text.charAt(0))
                && isAlphanumeric(text.charAt(text.length() - 1))
                && text.chars()
                        .allMatch(c -> isAlphanumeric(c) || c == '-' || c == '_' || c == '.');
    }

    private static boolean isLower(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isAlphanumeric(int c) {
        return isLower(c) || (c >= 'A' && c <= 'Z');
    }
}
