package dev.caravel.config.flags;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.Suggestions;
import dev.caravel.config.Warning;
import dev.caravel.config.tree.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The flags of one command, and the parser for them. Immutable. */
public final class FlagSet {

    private final Map<String, Flag> flags = new LinkedHashMap<>();
    private final Map<Character, String> shorthands;
    private final Map<String, String> removed;

    /**
     * A set of flags.
     *
     * @param flags all of them
     * @param shorthands one-letter names and the flags they stand for
     * @param removed flags of earlier releases and what became of them
     */
    public FlagSet(
            List<Flag> flags, Map<Character, String> shorthands, Map<String, String> removed) {
        flags.forEach(flag -> this.flags.put(flag.name(), flag));
        this.shorthands = Map.copyOf(shorthands);
        this.removed = Map.copyOf(removed);
    }

    /** All flags, in the order they were listed. */
    public List<Flag> all() {
        return List.copyOf(flags.values());
    }

    private @Nullable Flag byLetter(char letter) {
        String name = shorthands.get(letter);
        return name == null ? null : flags.get(name);
    }

    /** Parses a command line, to its end whatever is wrong with it. */
    public ParsedFlags parse(String... args) {
        Parser parser = new Parser(args);
        parser.run();
        return new ParsedFlags(parser.values, parser.complaints, parser.warnings());
    }

    /** One run over one command line. */
    private final class Parser {

        private final String[] args;
        private final Map<String, Node> values = new LinkedHashMap<>();
        private final List<Complaint> complaints = new ArrayList<>();
        private final Set<Flag> deprecated = new LinkedHashSet<>();
        private int at;

        Parser(String[] args) {
            this.args = args;
        }

        void run() {
            while (at < args.length) {
                String arg = args[at++];
                if (arg.equals("--")) {
                    for (String rest : List.of(args).subList(at, args.length)) {
                        positional(rest);
                    }
                    return;
                }
                if (arg.startsWith("--")) {
                    longFlag(arg);
                } else if (arg.startsWith("-") && arg.length() > 1) {
                    shorthands(arg);
                } else {
                    positional(arg);
                }
            }
        }

        private void longFlag(String arg) {
            int equals = arg.indexOf('=');
            String written = equals < 0 ? arg : arg.substring(0, equals);
            String name = written.substring(2).replace('_', '-');
            if (name.isEmpty() || name.startsWith("-")) {
                complain(arg, "bad flag syntax");
                return;
            }
            Flag flag = flags.get(name);
            if (flag == null) {
                unknown(written, name, equals >= 0);
            } else if (equals >= 0) {
                set(flag, arg.substring(equals + 1));
            } else {
                setFromNext(flag, flag.typed());
            }
        }

        private void shorthands(String arg) {
            for (int letter = 1; letter < arg.length(); letter++) {
                Flag flag = byLetter(arg.charAt(letter));
                String rest = arg.substring(letter + 1);
                if (flag == null) {
                    complain(arg, "unknown shorthand flag: '" + arg.charAt(letter) + "'");
                    return;
                }
                if (rest.startsWith("=")) {
                    set(flag, rest.substring(1));
                    return;
                }
                if (!flag.kind().standsAlone()) {
                    if (rest.isEmpty()) {
                        setFromNext(flag, "-" + arg.charAt(letter));
                    } else {
                        set(flag, rest);
                    }
                    return;
                }
                set(flag, "true");
            }
        }

        private void setFromNext(Flag flag, String typed) {
            if (flag.kind().standsAlone()) {
                set(flag, "true");
            } else if (at < args.length) {
                set(flag, args[at++]);
            } else {
                complain(typed, "flag needs an argument");
            }
        }

        private void set(Flag flag, String text) {
            Origin origin = ParsedFlags.origin(flag);
            if (!flag.deprecation().isEmpty()) {
                deprecated.add(flag);
            }
            try {
                @Nullable Node before = values.get(flag.name());
                Optional<Node> value = FlagValues.parse(flag.kind(), text, before, origin);
                value.ifPresent(node -> values.put(flag.name(), node));
            } catch (FlagValueException invalid) {
                complain(
                        flag.typed(), "invalid argument \"" + text + "\": " + invalid.getMessage());
            }
        }

        private void unknown(String written, String name, boolean hasValue) {
            String hint =
                    removed.containsKey(name)
                            ? "; " + removed.get(name)
                            : Suggestions.didYouMean("--" + name, typedNames());
            complain(written, "unknown flag" + hint);
            // Probably its value: one complaint is enough.
            if (!hasValue && at < args.length && !args[at].startsWith("-")) {
                at++;
            }
        }

        private List<String> typedNames() {
            return flags.values().stream().map(Flag::typed).toList();
        }

        private void positional(String arg) {
            complain(arg, "unknown command; only flags are understood");
        }

        private void complain(String typed, String problem) {
            complaints.add(Complaint.about(new Origin.OnFlag(typed), problem));
        }

        List<Warning> warnings() {
            return deprecated.stream()
                    .map(flag ->
                            new Warning(
                                    ParsedFlags.origin(flag),
                                    "is deprecated: " + flag.deprecation()))
                    .toList();
        }
    }
}
