package dev.caravel.config.document;

import dev.caravel.config.GoDuration;
import dev.caravel.config.Origin;
import dev.caravel.config.tree.Node;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Fills the holes of a document, one field at a time. Two rules exist in the contract and each
 * field has one of them: a default for absence only, and a default for the type's zero as well,
 * because kubeadm writes unset durations as {@code 0s}.
 */
public final class Defaults {

    private Node.Fields document;

    /** Starts from {@code document}. */
    public Defaults(Node.Fields document) {
        this.document = document;
    }

    /** The document with everything filled in so far. */
    public Node.Fields filled() {
        return document;
    }

    /** Whether the field is absent or null. */
    public boolean absent(String path) {
        return document.find(path).isEmpty();
    }

    /** Whether the field is absent or a duration of zero. */
    public boolean absentOrZeroDuration(String path) {
        return zeroDuration(document.find(path));
    }

    /** The value of a field. */
    public Optional<Node> value(String path) {
        return document.find(path);
    }

    /** A boolean for absence. */
    public Defaults whenAbsent(String path, boolean value) {
        return fill(absent(path), path, new Node.Bool(value, Origin.DEFAULT));
    }

    /** A whole number for absence. */
    public Defaults whenAbsent(String path, long value) {
        return fill(absent(path), path, Node.Num.of(value, Origin.DEFAULT));
    }

    /** A string, a duration too, for absence. */
    public Defaults whenAbsent(String path, String value) {
        return fill(absent(path), path, text(value));
    }

    /** A list of strings for absence. */
    public Defaults whenAbsent(String path, List<String> values) {
        return fill(
                absent(path),
                path,
                new Node.Items(values.stream().map(Defaults::text).toList(), Origin.DEFAULT));
    }

    /** A mapping of strings for absence. */
    public Defaults whenAbsent(String path, Map<String, String> values) {
        Map<String, Node> entries = new TreeMap<>();
        values.forEach((key, value) -> entries.put(key, text(value)));
        return fill(absent(path), path, new Node.Fields(entries, Origin.DEFAULT));
    }

    /** A whole number for absence and 0. */
    public Defaults whenZero(String path, long value) {
        boolean zero =
                document.find(path)
                        .map(node ->
                                node instanceof Node.Num number
                                        && number.value().compareTo(BigDecimal.ZERO) == 0)
                        .orElse(true);
        return fill(zero, path, Node.Num.of(value, Origin.DEFAULT));
    }

    /** A string for absence and the empty string. */
    public Defaults whenEmpty(String path, String value) {
        boolean empty =
                document.find(path)
                        .map(node -> node instanceof Node.Text text && text.value().isEmpty())
                        .orElse(true);
        return fill(empty, path, text(value));
    }

    /** A duration for absence and zero. */
    public Defaults whenZeroDuration(String path, String value) {
        return fill(zeroDuration(document.find(path)), path, text(value));
    }

    /** The value, whatever the document says. */
    public Defaults set(String path, Node value) {
        return fill(true, path, value);
    }

    private Defaults fill(boolean hole, String path, Node value) {
        if (hole) {
            document = document.with(path, value);
        }
        return this;
    }

    private static boolean zeroDuration(Optional<Node> value) {
        return value.map(node ->
                        switch (node) {
                            case Node.Text text ->
                                    GoDuration.parse(text.value())
                                            .filter(Duration::isZero)
                                            .isPresent();
                            case Node.Num nanos -> nanos.value().signum() == 0;
                            case Node.Null nothing -> true;
                            case Node.Bool other -> false;
                            case Node.Items other -> false;
                            case Node.Fields other -> false;
                        })
                .orElse(true);
    }

    private static Node text(String value) {
        return new Node.Text(value, Origin.DEFAULT);
    }
}
