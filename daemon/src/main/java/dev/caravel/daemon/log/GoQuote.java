package dev.caravel.daemon.log;

/** Go's {@code strconv.Quote}: what klog puts around messages and values. */
final class GoQuote {
    private static final String HEX = "0123456789abcdef";

    private GoQuote() {}

    static void append(StringBuilder out, String text) {
        out.append('"');
        int length = text.length();
        for (int i = 0; i < length; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c >= ' ' && c < 0x7f) {
                out.append((char) c);
            } else if (c >= 0xa0 && printable(c)) {
                out.appendCodePoint(c);
            } else {
                escape(out, c);
            }
        }
        out.append('"');
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    private static void escape(StringBuilder out, int c) {
        switch (c) {
            case 7 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 11 -> out.append("\\v");
            default -> {
                int digits = c < 0x80 ? 2 : c < 0x10000 ? 4 : 8;
                out.append(c < 0x80 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
                for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
                    out.append(HEX.charAt((c >> shift) & 0xf));
                }
            }
        }
    }
}
