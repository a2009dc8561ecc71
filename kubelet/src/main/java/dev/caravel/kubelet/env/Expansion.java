package dev.caravel.kubelet.env;

import java.util.function.UnaryOperator;

/**
 * References to variables in the spec's texts: {@code $(NAME)} is replaced, {@code $$} is a dollar,
 * anything else stays as it is. Not recursive. Works on text as well as on bytes held as Latin-1.
 */
final class Expansion {
    private Expansion() {}

    /**
     * Replaces the references in {@code input}.
     *
     * @param lookup value of a name; {@link #reference} of it to leave an unknown one as it is
     */
    static String expand(String input, UnaryOperator<String> lookup) {
        int dollar = input.indexOf('$');
        if (dollar < 0) {
            return input;
        }
        StringBuilder out = new StringBuilder(input.length());
        int from = 0;
        while (dollar >= 0 && dollar + 1 < input.length()) {
            out.append(input, from, dollar);
            char next = input.charAt(dollar + 1);
            int close = next == '(' ? input.indexOf(')', dollar + 2) : -1;
            if (close >= 0) {
                out.append(lookup.apply(input.substring(dollar + 2, close)));
                from = close + 1;
            } else if (next == '$') {
                out.append('$');
                from = dollar + 2;
            } else {
                out.append('$').append(next);
                from = dollar + 2;
            }
            dollar = input.indexOf('$', from);
        }
        return out.append(input, from, input.length()).toString();
    }

    /** The text that refers to a variable. */
    static String reference(String name) {
        return "$(" + name + ")";
    }
}
