package dev.caravel.config.tree;

import dev.caravel.config.GoDuration;
import dev.caravel.config.Origin;
import dev.caravel.config.Quantity;
import dev.caravel.config.WireName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts a configuration record back into a tree. Each kind of value comes in two forms: one that is
 * always written, and one that is left out when it is the type's zero, as the Go agents' JSON does.
 */
public final class TreeBuilder {

    private final Map<String, Node> fields = new LinkedHashMap<>();

    /** The tree so far. */
    public Node.Fields build() {
        return new Node.Fields(fields, Origin.DEFAULT);
    }

    /** Writes a boolean. */
    public TreeBuilder put(String name, boolean value) {
        return add(name, bool(value));
    }

    /** Writes a number. */
    public TreeBuilder put(String name, long value) {
        return add(name, Node.Num.of(value, Origin.DEFAULT));
    }

    /** Writes a number that need not be whole. */
    public TreeBuilder put(String name, BigDecimal value) {
        return add(name, new Node.Num(value, Origin.DEFAULT));
    }

    /** Writes a string. */
    public TreeBuilder put(String name, String value) {
        return add(name, text(value));
    }

    /** Writes a word of a closed set. */
    public TreeBuilder put(String name, WireName value) {
        return put(name, value.wireName());
    }

    /** Writes a duration. */
    public TreeBuilder put(String name, Duration value) {
        return put(name, GoDuration.format(value));
    }

    /** Writes a section. */
    public TreeBuilder section(String name, Consumer<TreeBuilder> content) {
        TreeBuilder section = new TreeBuilder();
        content.accept(section);
        return add(name, section.build());
    }

    /** Writes a list of strings, null when it is empty. */
    public TreeBuilder putOrNull(String name, List<String> values) {
        return values.isEmpty()
                ? add(name, new Node.Null(Origin.DEFAULT))
                : putUnlessEmpty(name, values);
    }

    /** Writes a boolean unless it is false. */
    public TreeBuilder putUnlessFalse(String name, boolean value) {
        return value ? put(name, true) : this;
    }

    /** Writes a number unless it is 0. */
    public TreeBuilder putUnlessZero(String name, long value) {
        return value == 0 ? this : put(name, value);
    }

    /** Writes a string unless it is empty. */
    public TreeBuilder putUnlessEmpty(String name, String value) {
        return value.isEmpty() ? this : put(name, value);
    }

    /** Writes a list of strings unless it is empty. */
    public TreeBuilder putUnlessEmpty(String name, List<String> values) {
        return list(name, values.stream().map(TreeBuilder::text).toList());
    }

    /** Writes a list of words of a closed set unless it is empty. */
    public TreeBuilder putWordsUnlessEmpty(String name, List<? extends WireName> values) {
        return putUnlessEmpty(name, values.stream().map(WireName::wireName).toList());
    }

    /** Writes a list of whole numbers unless it is empty. */
    public TreeBuilder putNumbersUnlessEmpty(String name, List<Integer> values) {
        return list(
                name,
                values.stream().map(value -> (Node) Node.Num.of(value, Origin.DEFAULT)).toList());
    }

    /** Writes a list of sections unless it is empty. */
    public <T> TreeBuilder sectionsUnlessEmpty(
            String name, List<T> values, BiConsumer<T, TreeBuilder> content) {
        List<Node> sections = new ArrayList<>();
        for (T value : values) {
            TreeBuilder section = new TreeBuilder();
            content.accept(value, section);
            sections.add(section.build());
        }
        return list(name, sections);
    }

    /** Writes a mapping of strings unless it is empty. */
    public TreeBuilder putUnlessEmpty(String name, Map<String, String> values) {
        return map(name, values, TreeBuilder::text);
    }

    /** Writes a mapping of booleans unless it is empty. */
    public TreeBuilder putBoolsUnlessEmpty(String name, Map<String, Boolean> values) {
        return map(name, values, TreeBuilder::bool);
    }

    /** Writes a mapping of lists unless it is empty. */
    public TreeBuilder putListsUnlessEmpty(String name, Map<String, List<String>> values) {
        return map(
                name,
                values,
                list ->
                        new Node.Items(
                                list.stream().map(TreeBuilder::text).toList(), Origin.DEFAULT));
    }

    /** Writes a mapping of amounts. */
    public TreeBuilder putAmounts(String name, Map<String, Quantity> values) {
        TreeBuilder amounts = new TreeBuilder();
        values.forEach((key, amount) -> amounts.put(key, amount.toString()));
        return add(name, amounts.build());
    }

    /** Writes what {@code content} writes for a value that is there. */
    public <T> TreeBuilder ifPresent(Optional<T> value, BiConsumer<TreeBuilder, T> content) {
        value.ifPresent(present -> content.accept(this, present));
        return this;
    }

    private TreeBuilder list(String name, List<Node> items) {
        return items.isEmpty() ? this : add(name, new Node.Items(items, Origin.DEFAULT));
    }

    private <T> TreeBuilder map(String name, Map<String, T> values, Function<T, Node> node) {
        if (values.isEmpty()) {
            return this;
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        values.forEach((key, value) -> entries.put(key, node.apply(value)));
        return add(name, new Node.Fields(entries, Origin.DEFAULT));
    }

    private TreeBuilder add(String name, Node value) {
        fields.put(name, value);
        return this;
    }

    private static Node text(String value) {
        return new Node.Text(value, Origin.DEFAULT);
    }

    private static Node bool(boolean value) {
        return new Node.Bool(value, Origin.DEFAULT);
    }
}
