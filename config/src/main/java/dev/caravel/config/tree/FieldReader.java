package dev.caravel.config.tree;

import dev.caravel.config.GoDuration;
import dev.caravel.config.Origin;
import dev.caravel.config.Quantity;
import dev.caravel.config.Suggestions;
import dev.caravel.config.WireName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes typed values out of one mapping. A value that does not fit is noted in the findings and
 * replaced by the type's zero, so that one pass finds every fault; nothing decoded may be used
 * while there are any. Fields nobody asked for are noted by {@link #finish}.
 */
public final class FieldReader {

    private final String path;
    private final Node.Fields fields;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * A reader for the top level of a document.
     *
     * @param fields the mapping
     * @param findings where faults are noted
     */
    public FieldReader(Node.Fields fields, Findings findings) {
        this("", fields, findings);
    }

    private FieldReader(String path, Node.Fields fields, Findings findings) {
        this.path = path;
        this.fields = fields;
        this.findings = findings;
    }

    /** A boolean; false when absent. */
    public boolean bool(String name) {
        return optionalBool(name).orElse(false);
    }

    /** A boolean whose absence means something. */
    public Optional<Boolean> optionalBool(String name) {
        return switch (take(name)) {
            case null -> Optional.empty();
            case Node.Bool bool -> Optional.of(bool.value());
            case Node other -> {
                reject(name, other, "must be true or false, is " + other.kind());
                yield Optional.empty();
            }
        };
    }

    /** A whole number of 32 bits; 0 when absent. */
    public int int32(String name) {
        return optionalInt32(name).orElse(0);
    }

    /** A whole number of 32 bits whose absence means something. */
    public OptionalInt optionalInt32(String name) {
        Optional<BigDecimal> value = whole(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return value.isPresent()
                ? OptionalInt.of(value.get().intValueExact())
                : OptionalInt.empty();
    }

    /** A whole number from 0 to 2147483647; 0 when absent. */
    public int level(String name) {
        return whole(name, 0, Integer.MAX_VALUE).map(BigDecimal::intValueExact).orElse(0);
    }

    /** A whole number of 64 bits; 0 when absent. */
    public long int64(String name) {
        return optionalInt64(name).orElse(0);
    }

    /** A whole number of 64 bits whose absence means something. */
    public OptionalLong optionalInt64(String name) {
        Optional<BigDecimal> value = whole(name, Long.MIN_VALUE, Long.MAX_VALUE);
        return value.isPresent()
                ? OptionalLong.of(value.get().longValueExact())
                : OptionalLong.empty();
    }

    /** A number whose absence means something. */
    public OptionalDouble optionalNumber(String name) {
        return switch (take(name)) {
            case null -> OptionalDouble.empty();
            case Node.Num number -> OptionalDouble.of(number.value().doubleValue());
            case Node other -> {
                reject(name, other, "must be a number, is " + other.kind());
                yield OptionalDouble.empty();
            }
        };
    }

    /** A string; empty when absent. */
    public String text(String name) {
        return optionalText(name).orElse("");
    }

    /** A string whose absence means something. */
    public Optional<String> optionalText(String name) {
        return text(name, "must be a string");
    }

    /** A duration in Go's notation; zero when absent. */
    public Duration duration(String name) {
        return optionalDuration(name).orElse(Duration.ZERO);
    }

    /** A duration whose absence means something. */
    public Optional<Duration> optionalDuration(String name) {
        return text(name, "must be a duration such as \"1m30s\"")
                .flatMap(text ->
                        parsed(
                                name,
                                GoDuration.parse(text),
                                "must be a duration such as 1m30s, 500ms or 0s"));
    }

    /** A duration in Go's notation, or a number of nanoseconds; zero when absent. */
    public Duration durationOrNanos(String name) {
        if (fields.fields().get(name) instanceof Node.Num) {
            return Duration.ofNanos(int64(name));
        }
        return duration(name);
    }

    /** An amount, as a string or a number; nothing when absent. */
    public Quantity quantity(String name) {
        return quantity(name, take(name)).orElse(Quantity.ZERO);
    }

    /**
     * One of a closed set of words; empty when absent or, unless it is one of them, the empty
     * string.
     */
    public <E extends Enum<E> & WireName> Optional<E> optionalOneOf(String name, E[] values) {
        Optional<String> word = text(name, "must be one of " + words(values));
        Optional<E> value = word.flatMap(text -> find(text, values));
        return word.orElse("").isEmpty()
                ? value
                : parsed(name, value, "must be one of " + words(values));
    }

    /** One of a closed set of words; {@code whenAbsent} when absent. */
    public <E extends Enum<E> & WireName> E oneOf(String name, E[] values, E whenAbsent) {
        return optionalOneOf(name, values).orElse(whenAbsent);
    }

    /**
     * One of a closed set of words, which must be there; {@code whenAbsent} keeps decoding going.
     */
    public <E extends Enum<E> & WireName> E requiredOneOf(String name, E[] values, E whenAbsent) {
        Node written = take(name);
        if (written == null || (written instanceof Node.Text text && text.value().isEmpty())) {
            reject(name, new Node.Null(fields.origin()), "must be one of " + words(values));
        }
        return oneOf(name, values, whenAbsent);
    }

    /** Knows a field that must not be there. */
    public void refuse(String name, String problem) {
        Node node = take(name);
        if (node != null) {
            reject(name, node, problem);
        }
    }

    /** A list of strings; empty when absent. */
    public List<String> texts(String name) {
        return items(name, "must be a list of strings", FieldReader::itemText);
    }

    /** A list of whole numbers; empty when absent. */
    public List<Integer> int32s(String name) {
        return items(
                name,
                "must be a list of whole numbers",
                item ->
                        item instanceof Node.Num number
                                ? wholeInt(number.value())
                                : Optional.empty());
    }

    /** A list of words of a closed set; empty when absent. */
    public <E extends Enum<E> & WireName> List<E> listOf(String name, E[] values) {
        return items(
                name,
                "must be one of " + words(values),
                item ->
                        item instanceof Node.Text word
                                ? find(word.value(), values)
                                : Optional.empty());
    }

    /** A mapping of strings; empty when absent. */
    public Map<String, String> textMap(String name) {
        return entries(name, "must be a string", FieldReader::itemText);
    }

    /** A mapping of booleans; empty when absent. */
    public Map<String, Boolean> boolMap(String name) {
        return entries(
                name,
                "must be true or false",
                value ->
                        value instanceof Node.Bool bool
                                ? Optional.of(bool.value())
                                : Optional.empty());
    }

    /** A mapping of lists of strings; empty when absent. */
    public Map<String, List<String>> textListMap(String name) {
        return entries(
                name,
                "must be a list of strings",
                value ->
                        value instanceof Node.Items list
                                        && list.items().stream()
                                                .allMatch(Node.Text.class::isInstance)
                                ? Optional.of(
                                        list.items().stream()
                                                .map(item -> ((Node.Text) item).value())
                                                .toList())
                                : Optional.empty());
    }

    /** A mapping of amounts; empty when absent. */
    public Map<String, Quantity> quantityMap(String name) {
        Map<String, Quantity> amounts = new LinkedHashMap<>();
        entries(name)
                .forEach((key, node) ->
                        quantity(name + "." + key, node)
                                .ifPresent(amount -> amounts.put(key, amount)));
        return amounts;
    }

    /** A section, decoded by {@code decoder}; an empty one when absent. */
    public <T> T section(String name, Function<FieldReader, T> decoder) {
        return optionalSection(name, decoder)
                .orElseGet(() ->
                        decoder.apply(
                                new FieldReader(
                                        path(name), Node.Fields.empty(Origin.DEFAULT), findings)));
    }

    /** A section whose absence means something. */
    public <T> Optional<T> optionalSection(String name, Function<FieldReader, T> decoder) {
        Node node = take(name);
        if (node == null) {
            return Optional.empty();
        }
        return decoded(path(name), node, decoder);
    }

    /** A list of sections; empty when absent. */
    public <T> List<T> sections(String name, Function<FieldReader, T> decoder) {
        List<T> sections = new ArrayList<>();
        List<Node> items = itemNodes(name, "must be a list of mappings");
        for (int at = 0; at < items.size(); at++) {
            decoded(path(name) + "[" + at + "]", items.get(at), decoder).ifPresent(sections::add);
        }
        return sections;
    }

    /** Knows {@code names} without reading them. */
    public void ignore(String... names) {
        known.addAll(Arrays.asList(names));
    }

    /** Notes every field that no method was called for. Called by whoever made the reader, last. */
    public void finish() {
        fields.fields()
                .forEach((name, node) -> {
                    if (!known.contains(name)) {
                        findings.unknown(
                                node.origin(), path(name), Suggestions.didYouMean(name, known));
                    }
                });
    }

    private <T> Optional<T> decoded(String at, Node node, Function<FieldReader, T> decoder) {
        if (!(node instanceof Node.Fields section)) {
            findings.reject(at, node, "must be a mapping, is " + node.kind());
            return Optional.empty();
        }
        FieldReader reader = new FieldReader(at, section, findings);
        T value = decoder.apply(reader);
        reader.finish();
        return Optional.of(value);
    }

    private Optional<String> text(String name, String expectation) {
        return switch (take(name)) {
            case null -> Optional.empty();
            case Node.Text text -> Optional.of(text.value());
            case Node other -> {
                reject(name, other, expectation + ", is " + other.kind());
                yield Optional.empty();
            }
        };
    }

    private Optional<BigDecimal> whole(String name, long least, long most) {
        Node node = take(name);
        if (node == null) {
            return Optional.empty();
        }
        String expectation = "must be a whole number from " + least + " to " + most;
        if (!(node instanceof Node.Num number)) {
            reject(name, node, expectation + ", is " + node.kind());
            return Optional.empty();
        }
        BigDecimal value = number.value();
        boolean fits =
                value.stripTrailingZeros().scale() <= 0
                        && value.compareTo(BigDecimal.valueOf(least)) >= 0
                        && value.compareTo(BigDecimal.valueOf(most)) <= 0;
        return parsed(name, fits ? Optional.of(value) : Optional.empty(), expectation);
    }

    private Optional<Quantity> quantity(String name, @Nullable Node node) {
        if (node == null) {
            return Optional.empty();
        }
        Optional<Quantity> amount =
                switch (node) {
                    case Node.Text text -> Quantity.parse(text.value());
                    case Node.Num number -> Quantity.parse(number.display());
                    default -> Optional.empty();
                };
        if (amount.isEmpty()) {
            reject(name, node, "must be an amount such as 500m, 1Gi or 10");
        }
        return amount;
    }

    private <T> Optional<T> parsed(String name, Optional<T> value, String expectation) {
        Node node = fields.fields().get(name);
        if (value.isEmpty() && node != null) {
            reject(name, node, expectation);
        }
        return value;
    }

    private <T> List<T> items(
            String name, String expectation, Function<Node, Optional<T>> decoder) {
        List<T> values = new ArrayList<>();
        List<Node> items = itemNodes(name, expectation);
        for (int at = 0; at < items.size(); at++) {
            Node item = items.get(at);
            Optional<T> value = decoder.apply(item);
            if (value.isEmpty()) {
                reject(name + "[" + at + "]", item, expectation + ", is " + item.kind());
            }
            value.ifPresent(values::add);
        }
        return values;
    }

    private List<Node> itemNodes(String name, String expectation) {
        return switch (take(name)) {
            case null -> List.of();
            case Node.Items list -> list.items();
            case Node other -> {
                reject(name, other, expectation + ", is " + other.kind());
                yield List.of();
            }
        };
    }

    private <T> Map<String, T> entries(
            String name, String expectation, Function<Node, Optional<T>> decoder) {
        Map<String, T> values = new LinkedHashMap<>();
        entries(name)
                .forEach((key, node) -> {
                    Optional<T> value = decoder.apply(node);
                    if (value.isEmpty()) {
                        reject(name + "." + key, node, expectation + ", is " + node.kind());
                    }
                    value.ifPresent(decoded -> values.put(key, decoded));
                });
        return values;
    }

    private Map<String, Node> entries(String name) {
        return switch (take(name)) {
            case null -> Map.of();
            case Node.Fields map -> map.fields();
            case Node other -> {
                reject(name, other, "must be a mapping, is " + other.kind());
                yield Map.of();
            }
        };
    }

    private @Nullable Node take(String name) {
        known.add(name);
        Node node = fields.fields().get(name);
        return node instanceof Node.Null ? null : node;
    }

    private void reject(String name, Node node, String problem) {
        findings.reject(path(name), node, problem);
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Optional<String> itemText(Node item) {
        return item instanceof Node.Text text ? Optional.of(text.value()) : Optional.empty();
    }

    private static Optional<Integer> wholeInt(BigDecimal value) {
        try {
            return Optional.of(value.intValueExact());
        } catch (ArithmeticException notAnInt) {
            return Optional.empty();
        }
    }

    private static <E extends Enum<E> & WireName> Optional<E> find(String word, E[] values) {
        return Arrays.stream(values).filter(value -> value.wireName().equals(word)).findFirst();
    }

    private static <E extends Enum<E> & WireName> String words(E[] values) {
        return Arrays.stream(values)
                .map(value -> value.wireName().isEmpty() ? "\"\"" : value.wireName())
                .collect(Collectors.joining(", "));
    }
}
