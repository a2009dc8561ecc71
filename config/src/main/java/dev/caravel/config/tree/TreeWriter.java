package dev.caravel.config.tree;

import dev.caravel.config.Origin;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes trees as text: YAML for people and logs, JSON for {@code /configz}. */
public final class TreeWriter {

    private final StringBuilder out = new StringBuilder();
    private final boolean origins;

    private TreeWriter(boolean origins) {
        this.origins = origins;
    }

    /** One line of JSON, fields in the order of the tree. */
    public static String json(Node node) {
        TreeWriter writer = new TreeWriter(false);
        writer.writeJson(node);
        return writer.out.toString();
    }

    /**
     * Block style YAML with a final line break, fields sorted by name as the Go agents log them.
     */
    public static String yaml(Node.Fields fields) {
        TreeWriter writer = new TreeWriter(false);
        writer.writeFields(fields, 0, false);
        return writer.out.toString();
    }

    /** The same with a comment behind each value that somebody wrote, which says where. */
    public static String yamlWithOrigins(Node.Fields fields) {
        TreeWriter writer = new TreeWriter(true);
        writer.writeFields(fields, 0, false);
        return writer.out.toString();
    }

    private void writeJson(Node node) {
        switch (node) {
            case Node.Text text -> out.append(Scalars.quoted(text.value()));
            case Node.Items list -> {
                String separator = "[";
                for (Node item : list.items()) {
                    out.append(separator);
                    writeJson(item);
                    separator = ",";
                }
                out.append(list.items().isEmpty() ? "[]" : "]");
            }
            case Node.Fields map -> {
                String separator = "{";
                for (Map.Entry<String, Node> field : map.fields().entrySet()) {
                    out.append(separator).append(Scalars.quoted(field.getKey())).append(':');
                    writeJson(field.getValue());
                    separator = ",";
                }
                out.append(map.fields().isEmpty() ? "{}" : "}");
            }
            case Node.Null nothing -> out.append(nothing.display());
            case Node.Bool bool -> out.append(bool.display());
            case Node.Num number -> out.append(number.display());
        }
    }

    /**
     * Writes fields one a line; the first continues the line of a list dash when {@code inList}.
     */
    private void writeFields(Node.Fields fields, int indent, boolean inList) {
        boolean indented = !inList;
        for (Map.Entry<String, Node> field : new TreeMap<>(fields.fields()).entrySet()) {
            out.append(indented ? "  ".repeat(indent) : "")
                    .append(word(field.getKey()))
                    .append(':');
            writeValue(field.getValue(), indent);
            indented = true;
        }
    }

    private void writeValue(Node value, int indent) {
        switch (value) {
            case Node.Fields map when !map.fields().isEmpty() -> {
                out.append('\n');
                writeFields(map, indent + 1, false);
            }
            case Node.Items list when !list.items().isEmpty() -> {
                out.append('\n');
                writeItems(list.items(), indent);
            }
            case Node.Fields empty -> endLine("{}", empty);
            case Node.Items empty -> endLine("[]", empty);
            case Node.Text text -> endLine(word(text.value()), text);
            case Node.Null nothing -> endLine("null", nothing);
            case Node.Bool bool -> endLine(bool.display(), bool);
            case Node.Num number -> endLine(number.display(), number);
        }
    }

    private void endLine(String text, Node value) {
        out.append(' ').append(text);
        if (origins && !value.origin().equals(Origin.DEFAULT)) {
            out.append("  # ").append(value.origin());
        }
        out.append('\n');
    }

    private void writeItems(List<Node> items, int indent) {
        for (Node item : items) {
            out.append("  ".repeat(indent)).append('-');
            if (item instanceof Node.Fields map && !map.fields().isEmpty()) {
                out.append(' ');
                writeFields(map, indent + 1, true);
            } else {
                writeValue(item, indent + 1);
            }
        }
    }

    private static String word(String text) {
        return Scalars.plainSafe(text) ? text : Scalars.quoted(text);
    }
}
