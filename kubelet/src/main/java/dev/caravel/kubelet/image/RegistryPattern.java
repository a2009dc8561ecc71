package dev.caravel.kubelet.image;

/**
 * Whether credentials or a plugin are for an image: {@code host[:port][/path]} where each part of
 * the host may hold {@code *} and {@code ?}, and the path is a prefix.
 */
final class RegistryPattern {
    private RegistryPattern() {}

    static boolean matches(String pattern, String image) {
        String host = host(pattern);
        String imageHost = host(image);
        if (!port(host).equals(port(imageHost))
                || !image.substring(imageHost.length())
                        .startsWith(pattern.substring(host.length()))) {
            return false;
        }
        String[] parts = withoutPort(host).split("\\.", -1);
        String[] imageParts = withoutPort(imageHost).split("\\.", -1);
        if (parts.length != imageParts.length) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!glob(parts[i], 0, imageParts[i], 0)) {
                return false;
            }
        }
        return true;
    }

    private static String host(String url) {
        int slash = url.indexOf('/');
        return slash < 0 ? url : url.substring(0, slash);
    }

    private static String port(String host) {
        return host.substring(portStart(host));
    }

    private static String withoutPort(String host) {
        return host.substring(0, portStart(host));
    }

    private static int portStart(String host) {
        int colon = host.indexOf(':', host.lastIndexOf(']') + 1);
        return colon < 0 ? host.length() : colon;
    }

    /** Parts of a host are short, and so is the recursion: one level for each star. */
    private static boolean glob(String pattern, int p, String text, int t) {
        int at = t;
        for (int i = p; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                for (int rest = at; rest <= text.length(); rest++) {
                    if (glob(pattern, i + 1, text, rest)) {
                        return true;
                    }
                }
                return false;
            }
            if (at == text.length() || (c != '?' && c != text.charAt(at))) {
                return false;
            }
            at++;
        }
        return at == text.length();
    }
}
