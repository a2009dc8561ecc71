package dev.caravel.config.tree;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads one YAML or JSON document into a tree. Only values come out, never objects; size, depth,
 * aliases and the number of values are limited, so a hostile file costs nothing but its own error.
 */
public final class YamlReader {

    /** Largest file that is read, bytes. */
    public static final int LARGEST_FILE = 1 << 20;

    private static final int DEEPEST = 32;
    private static final int MOST_ALIASES = 64;
    private static final Limits CONFIGURATION = new Limits(LARGEST_FILE, 50_000);
    private static final String MERGE_KEY = "<<";

    private final String file;
    private final Limits limits;
    private final List<Complaint> duplicates = new ArrayList<>();
    private int values;

    private YamlReader(String file, Limits limits) {
        this.file = file;
        this.limits = limits;
    }

    /**
     * How much one document may hold.
     *
     * @param characters of its text
     * @param values that come out, aliases resolved
     */
    public record Limits(int characters, int values) {}

    /** What reading came to. */
    public sealed interface Outcome {

        /**
         * A document.
         *
         * @param root its top level
         * @param duplicates fields written twice; the last one counts when the caller is lenient
         * @param warnings things to know, such as a second document that is not looked at
         */
        record Document(Node.Fields root, List<Complaint> duplicates, List<Warning> warnings)
                implements Outcome {}

        /** Not a document, with the reason and its place. */
        record Unreadable(Complaint complaint) implements Outcome {}
    }

    /**
     * Reads a configuration file.
     *
     * @param file what the text is called in complaints
     * @param text YAML or JSON
     */
    public static Outcome read(String file, String text) {
        return read(file, text, CONFIGURATION);
    }

    /** Reads a document that may hold as much as {@code limits} say. */
    public static Outcome read(String file, String text, Limits limits) {
        Origin whole = new Origin.WholeFile(file);
        if (text.length() > limits.characters) {
            return new Outcome.Unreadable(
                    Complaint.about(
                            whole, "is larger than the limit of " + limits.characters + " bytes"));
        }
        try {
            return new YamlReader(file, limits).document(text, whole);
        } catch (Refused limit) {
            return new Outcome.Unreadable(Complaint.about(limit.origin, limit.reason));
        } catch (MarkedYAMLException invalid) {
            Mark mark = invalid.getProblemMark();
            Origin origin = mark == null ? whole : at(file, mark);
            return new Outcome.Unreadable(
                    Complaint.about(origin, "is not valid YAML: " + invalid.getProblem()));
        } catch (YAMLException invalid) {
            return new Outcome.Unreadable(
                    Complaint.about(whole, "is not valid YAML: " + invalid.getMessage()));
        }
    }

    private Outcome document(String text, Origin whole) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setCodePointLimit(limits.characters);
        ParserImpl parser = new ParserImpl(new StreamReader(text), options);
        Composer composer = new Composer(parser, new Untyped(), options);
        if (!composer.checkNode()) {
            return new Outcome.Unreadable(Complaint.about(whole, "is empty"));
        }
        Node root = node(composer.getNode(), "", 0);
        List<Warning> warnings = new ArrayList<>();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            warnings.add(new Warning(whole, "only the first of its YAML documents is used"));
        }
        return switch (root) {
            case Node.Fields fields ->
                    new Outcome.Document(fields, List.copyOf(duplicates), warnings);
            case Node.Null nothing -> new Outcome.Unreadable(Complaint.about(whole, "is empty"));
            case Node.Bool b -> notAMapping(b);
            case Node.Num n -> notAMapping(n);
            case Node.Text t -> notAMapping(t);
            case Node.Items i -> notAMapping(i);
        };
    }

    private static Outcome notAMapping(Node root) {
        return new Outcome.Unreadable(
                Complaint.about(root.origin(), "must be a mapping of fields, is " + root.kind()));
    }

    private Node node(org.yaml.snakeyaml.nodes.Node yaml, String path, int depth) {
        Origin origin = at(file, yaml.getStartMark());
        // Aliases make the tree larger than the text: what counts is what comes out.
        if (++values > limits.values) {
            throw new Refused(origin, "holds more than " + limits.values + " values");
        }
        if (depth > DEEPEST) {
            throw new Refused(origin, "is nested deeper than " + DEEPEST + " levels");
        }
        return switch (yaml) {
            case ScalarNode scalar -> scalar(scalar, origin);
            case SequenceNode list -> items(list, path, depth, origin);
            case MappingNode mapping -> fields(mapping, path, depth, origin);
            default -> throw new Refused(origin, "holds a " + yaml.getNodeId() + " node");
        };
    }

    private Node items(SequenceNode list, String path, int depth, Origin origin) {
        List<Node> items = new ArrayList<>();
        for (org.yaml.snakeyaml.nodes.Node item : list.getValue()) {
            items.add(node(item, path + "[" + items.size() + "]", depth + 1));
        }
        return new Node.Items(items, origin);
    }

    private Node.Fields fields(MappingNode mapping, String path, int depth, Origin origin) {
        Map<String, Node> own = new LinkedHashMap<>();
        Map<String, Node> merged = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Origin keyOrigin = at(file, tuple.getKeyNode().getStartMark());
            if (isMergeKey(tuple.getKeyNode())) {
                merge(node(tuple.getValueNode(), path, depth + 1), merged);
                continue;
            }
            String key = key(tuple.getKeyNode(), keyOrigin);
            String field = path.isEmpty() ? key : path + "." + key;
            Node before = own.put(key, node(tuple.getValueNode(), field, depth + 1));
            if (before != null) {
                duplicates.add(
                        new Complaint(
                                keyOrigin,
                                field,
                                "",
                                "is written a second time, first at " + before.origin()));
            }
        }
        merged.putAll(own);
        return new Node.Fields(merged, origin);
    }

    /** YAML's {@code <<}: fields of another mapping, or of several, below the mapping's own. */
    private void merge(Node source, Map<String, Node> into) {
        switch (source) {
            case Node.Fields other -> other.fields().forEach(into::putIfAbsent);
            case Node.Items others -> others.items().forEach(other -> merge(other, into));
            case Node.Null n -> throw notMergeable(n);
            case Node.Bool b -> throw notMergeable(b);
            case Node.Num n -> throw notMergeable(n);
            case Node.Text t -> throw notMergeable(t);
        }
    }

    private static Refused notMergeable(Node source) {
        return new Refused(
                source.origin(), "must be a mapping to be merged with <<, is " + source.kind());
    }

    private static boolean isMergeKey(org.yaml.snakeyaml.nodes.Node key) {
        return key instanceof ScalarNode scalar
                && scalar.getTag().equals(Untyped.PLAIN)
                && scalar.getValue().equals(MERGE_KEY);
    }

    private String key(org.yaml.snakeyaml.nodes.Node yaml, Origin origin) {
        Node key =
                yaml instanceof ScalarNode scalar ? scalar(scalar, origin) : new Node.Null(origin);
        return switch (key) {
            case Node.Text text -> text.value();
            case Node.Bool bool -> bool.display();
            case Node.Num number -> number.display();
            case Node.Null n -> throw new Refused(origin, "has a field whose name is not a word");
            case Node.Items i -> throw new Refused(origin, "has a field whose name is a list");
            case Node.Fields f -> throw new Refused(origin, "has a field whose name is a mapping");
        };
    }

    private static Node scalar(ScalarNode scalar, Origin origin) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.STR)) {
            return new Node.Text(text, origin);
        }
        Node value = plain(text, origin);
        boolean asTagged =
                tag.equals(Untyped.PLAIN)
                        || (tag.equals(Tag.NULL) && value instanceof Node.Null)
                        || (tag.equals(Tag.BOOL) && value instanceof Node.Bool)
                        || (tag.equals(Tag.INT) && value instanceof Node.Num)
                        || (tag.equals(Tag.FLOAT) && value instanceof Node.Num);
        if (!asTagged) {
            throw new Refused(
                    origin, "has the tag " + tag.getValue() + ", which is not supported here");
        }
        return value;
    }

    private static Node plain(String word, Origin origin) {
        if (Scalars.isNull(word)) {
            return new Node.Null(origin);
        }
        return Scalars.bool(word)
                .<Node>map(value -> new Node.Bool(value, origin))
                .or(() -> Scalars.number(word).map(value -> new Node.Num(value, origin)))
                .orElseGet(() -> new Node.Text(word, origin));
    }

    private static Origin at(String file, Mark mark) {
        return new Origin.InFile(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Marks unquoted words instead of guessing their type, see {@link Scalars}. */
    private static final class Untyped extends Resolver {

        static final Tag PLAIN = new Tag("!plain");

        @Override
        protected void addImplicitResolvers() {
            // None: no patterns to try on every word.
        }

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return kind == NodeId.scalar && implicit ? PLAIN : super.resolve(kind, value, implicit);
        }
    }

    /** Ends reading from deep inside, with the place. */
    private static final class Refused extends RuntimeException {

        private final transient Origin origin;
        private final String reason;

        Refused(Origin origin, String reason) {
            super(reason, null, false, false);
            this.origin = origin;
            this.reason = reason;
        }
    }
}
