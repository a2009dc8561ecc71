package dev.caravel.config.flags;

import java.util.List;

/** Writes flags in columns for help texts. */
public final class FlagHelp {

    private static final int COLUMN = 44;

    private FlagHelp() {}

    /** One line a flag: name, placeholder, what it does. */
    public static String lines(List<Flag> flags) {
        StringBuilder text = new StringBuilder();
        for (Flag flag : flags) {
            String left =
                    "  "
                            + flag.typed()
                            + (flag.kind().placeholder().isEmpty()
                                    ? ""
                                    : " " + flag.kind().placeholder());
            text.append(left)
                    .append(" ".repeat(Math.max(1, COLUMN - left.length())))
                    .append(flag.help());
            text.append(flag.deprecation().isEmpty() ? "\n" : " (deprecated)\n");
        }
        return text.toString();
    }
}
