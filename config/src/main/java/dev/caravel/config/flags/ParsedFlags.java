package dev.caravel.config.flags;

import dev.caravel.config.Complaint;
import dev.caravel.config.GoDuration;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import dev.caravel.config.tree.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command line after parsing. The getters give the default for a flag that was not given; what
 * they return means nothing while there are complaints.
 *
 * @param values the flags given, by name, with the value they come to
 * @param complaints what was wrong with the command line
 * @param warnings deprecated flags that were used
 */
public record ParsedFlags(
        Map<String, Node> values, List<Complaint> complaints, List<Warning> warnings) {

    public ParsedFlags {
        values = Map.copyOf(values);
        complaints = List.copyOf(complaints);
        warnings = List.copyOf(warnings);
    }

    /** Whether the flag was given. */
    public boolean given(String name) {
        return values.containsKey(name);
    }

    /** A flag of kind STRING, IP, QUANTITY or VERSION. */
    public String text(String name, String whenAbsent) {
        return values.get(name) instanceof Node.Text text ? text.value() : whenAbsent;
    }

    /** A flag of kind STRING that is a path; empty when absent or empty. */
    public Optional<Path> path(String name) {
        String text = text(name, "");
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    /** A flag of kind BOOL; false when absent. */
    public boolean bool(String name) {
        return values.get(name) instanceof Node.Bool bool && bool.value();
    }

    /** A flag of kind INT32. */
    public int int32(String name, int whenAbsent) {
        return values.get(name) instanceof Node.Num number ? number.value().intValue() : whenAbsent;
    }

    /** A flag of kind DURATION. */
    public Duration duration(String name, Duration whenAbsent) {
        return GoDuration.parse(text(name, "")).orElse(whenAbsent);
    }

    /** A flag of kind MAP or LABELS; empty when absent. */
    public Map<String, String> map(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        if (values.get(name) instanceof Node.Fields fields) {
            fields.fields()
                    .forEach((key, value) ->
                            map.put(key, value instanceof Node.Text text ? text.value() : ""));
        }
        return map;
    }

    /** {@code document} with every given flag that sets a field laid over it. */
    public Node.Fields over(Node.Fields document, FlagSet flags) {
        Node.Fields result = document;
        for (Flag flag : flags.all()) {
            Node value = values.get(flag.name());
            if (value != null && !flag.field().isEmpty()) {
                result = lay(flag, value, result);
            }
        }
        return result;
    }

    /**
     * Gates add to those of the file one by one, levels of source files follow the file's; all else
     * replaces.
     */
    private static Node.Fields lay(Flag flag, Node value, Node.Fields document) {
        Optional<Node> old = document.find(flag.field());
        if (flag.kind() == FlagKind.BOOL_MAP && value instanceof Node.Fields gates) {
            Node.Fields result = document;
            for (Map.Entry<String, Node> gate : gates.fields().entrySet()) {
                result = result.withEntry(flag.field(), gate.getKey(), gate.getValue());
            }
            return result;
        }
        if (flag.kind() == FlagKind.VMODULE
                && value instanceof Node.Items added
                && old.orElse(null) instanceof Node.Items before) {
            return document.with(
                    flag.field(),
                    new Node.Items(
                            Stream.concat(before.items().stream(), added.items().stream()).toList(),
                            value.origin()));
        }
        return document.with(flag.field(), value);
    }

    /**
     * What every flag comes to, by name without dashes, as {@code /flagz} shows it: as given, else
     * the default.
     *
     * @param fields the document without any flag: the defaults of flags that set a field
     * @param others defaults of other flags, where they are not empty, zero or false
     */
    public Map<String, String> shown(
            FlagSet flags, Node.Fields fields, Map<String, String> others) {
        Map<String, String> shown = new TreeMap<>();
        for (Flag flag : flags.all()) {
            Optional<Node> value =
                    Optional.ofNullable(values.get(flag.name()))
                            .or(() ->
                                    flag.field().isEmpty()
                                            ? Optional.empty()
                                            : fields.find(flag.field()));
            if (flag.kind() == FlagKind.HEADERS && value.isPresent()) {
                shown.put(flag.name(), "CLASSIFIED"); // may hold passwords
                continue;
            }
            shown.put(
                    flag.name(),
                    value.map(ParsedFlags::plain)
                            .orElseGet(() -> others.getOrDefault(flag.name(), absent(flag))));
        }
        return shown;
    }

    private static String absent(Flag flag) {
        return switch (flag.kind()) {
            case BOOL, VERSION -> "false";
            case DURATION -> "0s";
            case INT32, INT64, FLOAT, LEVEL, QUANTITY -> "0";
            case LIST -> "[]";
            case STRING,
                    MAP,
                    SINGLE_MAP,
                    THRESHOLDS,
                    HEADERS,
                    BOOL_MAP,
                    LABELS,
                    IP,
                    IP_PORT,
                    TAINTS,
                    RESERVED_MEMORY,
                    VMODULE ->
                    "";
        };
    }

    private static String plain(Node node) {
        return switch (node) {
            case Node.Text text -> text.value();
            case Node.Items list ->
                    list.items().stream()
                            .map(ParsedFlags::plain)
                            .collect(Collectors.joining(",", "[", "]"));
            case Node.Fields map ->
                    map.fields().entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + plain(entry.getValue()))
                            .collect(Collectors.joining(","));
            case Node.Null nothing -> "";
            case Node.Bool bool -> bool.display();
            case Node.Num number -> number.display();
        };
    }

    /** The place to name in complaints about a flag. */
    public static Origin origin(Flag flag) {
        return new Origin.OnFlag(flag.typed());
    }
}
