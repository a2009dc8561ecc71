package dev.caravel.config;

/**
 * Strings as Go's JSON encoder writes them, HTML escapes included; needed where a hash of that text
 * must come out the same.
 */
public final class GoJson {
    private GoJson() {}

    /** The text in quotes. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (isEscaped(c)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static boolean isEscaped(char c) {
        return c < 0x20 || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029';
    }
}
