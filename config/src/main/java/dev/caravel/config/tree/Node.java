package dev.caravel.config.tree;

import dev.caravel.config.Origin;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a configuration document: JSON's six kinds, each with the place it was written at. */
public sealed interface Node {

    /** Where the value was written. */
    Origin origin();

    /** What the value is called in messages. */
    String kind();

    /** The value in a few characters, for messages. */
    String display();

    /** No value. */
    record Null(Origin origin) implements Node {

        @Override
        public String kind() {
            return "null";
        }

        @Override
        public String display() {
            return "null";
        }
    }

    /** True or false. */
    record Bool(boolean value, Origin origin) implements Node {

        @Override
        public String kind() {
            return "a boolean";
        }

        @Override
        public String display() {
            return Boolean.toString(value);
        }
    }

    /** A number, whole or not. */
    record Num(BigDecimal value, Origin origin) implements Node {

        /** A whole number. */
        public static Num of(long value, Origin origin) {
            return new Num(BigDecimal.valueOf(value), origin);
        }

        @Override
        public String kind() {
            return "a number";
        }

        @Override
        public String display() {
            return value.toPlainString();
        }
    }

    /** A string. */
    record Text(String value, Origin origin) implements Node {

        private static final int LONGEST_DISPLAY = 80;

        @Override
        public String kind() {
            return "a string";
        }

        @Override
        public String display() {
            boolean cut = value.length() > LONGEST_DISPLAY;
            return Scalars.quoted(cut ? value.substring(0, LONGEST_DISPLAY) + "..." : value);
        }
    }

    /** A list. */
    record Items(List<Node> items, Origin origin) implements Node {

        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }

        @Override
        public String display() {
            return "a list of " + items.size();
        }
    }

    /** A mapping, in the order of the document. */
    record Fields(Map<String, Node> fields, Origin origin) implements Node {

        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** A mapping without fields. */
        public static Fields empty(Origin origin) {
            return new Fields(Map.of(), origin);
        }

        @Override
        public String kind() {
            return "a mapping";
        }

        @Override
        public String display() {
            return "a mapping of " + fields.size();
        }

        /** The value at {@code path}, such as {@code logging.format}; empty when absent or null. */
        public Optional<Node> find(String path) {
            int dot = path.indexOf('.');
            Node child = fields.get(dot < 0 ? path : path.substring(0, dot));
            if (dot < 0) {
                return child == null || child instanceof Null
                        ? Optional.empty()
                        : Optional.of(child);
            }
            return child instanceof Fields section
                    ? section.find(path.substring(dot + 1))
                    : Optional.empty();
        }

        /**
         * A copy with {@code value} at {@code path}. Sections on the way are made; anything else on
         * the way is left alone, because its own complaint says more.
         */
        public Fields with(String path, Node value) {
            int dot = path.indexOf('.');
            Map<String, Node> copy = new LinkedHashMap<>(fields);
            if (dot < 0) {
                copy.put(path, value);
                return new Fields(copy, origin);
            }
            String name = path.substring(0, dot);
            Node child = fields.get(name);
            if (child == null || child instanceof Null) {
                child = empty(value.origin());
            }
            if (child instanceof Fields section) {
                copy.put(name, section.with(path.substring(dot + 1), value));
            }
            return new Fields(copy, origin);
        }

        /**
         * A copy with the field {@code key} of the section at {@code path} set; dots in the key are
         * just dots.
         */
        public Fields withEntry(String path, String key, Node value) {
            Fields section =
                    find(path).orElse(null) instanceof Fields found ? found : empty(value.origin());
            Map<String, Node> copy = new LinkedHashMap<>(section.fields());
            copy.put(key, value);
            return with(path, new Fields(copy, section.origin()));
        }

        /**
         * A copy whose values come from where {@code other} says the fields of the same path were
         * written.
         */
        public Fields withOriginsOf(Fields other) {
            Map<String, Node> copy = new LinkedHashMap<>();
            fields.forEach((name, value) ->
                    copy.put(
                            name,
                            other.fields.containsKey(name)
                                    ? Origins.of(value, other.fields.get(name))
                                    : value));
            return new Fields(copy, other.origin);
        }

        /**
         * This document with {@code patch} applied as a JSON merge patch (RFC 7396): mappings
         * merge, null removes, everything else replaces.
         */
        public Fields merge(Fields patch) {
            Map<String, Node> merged = new LinkedHashMap<>(fields);
            patch.fields.forEach((name, value) -> {
                switch (value) {
                    case Null nothing -> merged.remove(name);
                    case Fields section -> {
                        Fields target =
                                merged.get(name) instanceof Fields old
                                        ? old
                                        : empty(section.origin());
                        merged.put(name, target.merge(section));
                    }
                    case Bool b -> merged.put(name, b);
                    case Num n -> merged.put(name, n);
                    case Text t -> merged.put(name, t);
                    case Items i -> merged.put(name, i);
                }
            });
            return new Fields(merged, origin);
        }
    }
}
