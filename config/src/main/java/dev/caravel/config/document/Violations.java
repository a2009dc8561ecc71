package dev.caravel.config.document;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.tree.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gathers what a rule check finds. Knows the document the record came from, so that each complaint
 * names the file and line, or flag, and the text that was written there.
 */
public final class Violations {

    private final Node.Fields document;
    private final List<Complaint> complaints = new ArrayList<>();

    /** For a record decoded from {@code document}. */
    public Violations(Node.Fields document) {
        this.document = document;
    }

    /** All complaints so far. */
    public List<Complaint> complaints() {
        return List.copyOf(complaints);
    }

    /** A complaint about the field at {@code path} when {@code violated}. */
    public void when(boolean violated, String path, String problem) {
        if (violated) {
            add(path, problem);
        }
    }

    /** A complaint unless {@code value} is in the range, ends included. */
    public void unlessBetween(String path, long value, long least, long most) {
        when(value < least || value > most, path, "must be from " + least + " to " + most);
    }

    /** A complaint about a negative number. */
    public void whenNegative(String path, long value) {
        when(value < 0, path, "must be 0 or greater");
    }

    /** A complaint about a negative duration. */
    public void whenNegative(String path, Duration value) {
        when(value.isNegative(), path, "must be 0s or longer");
    }

    /** A complaint about a duration of zero or less. */
    public void unlessPositive(String path, Duration value) {
        when(!value.isPositive(), path, "must be longer than 0s");
    }

    /** A complaint about the field at {@code path}. */
    public void add(String path, String problem) {
        Found found = locate(document, path);
        complaints.add(new Complaint(found.origin, path, found.value, problem));
    }

    private record Found(Origin origin, String value) {}

    /** The field itself, or the nearest section around it that somebody wrote. */
    private static Found locate(Node node, String path) {
        if (path.isEmpty()) {
            boolean scalar = !(node instanceof Node.Fields) && !(node instanceof Node.Items);
            return new Found(node.origin(), scalar ? node.display() : "");
        }
        if (node instanceof Node.Fields fields) {
            for (Map.Entry<String, Node> field : fields.fields().entrySet()) {
                String name = field.getKey();
                String rest = path.startsWith(name) ? path.substring(name.length()) : "?";
                if (rest.isEmpty() || rest.startsWith(".") || rest.startsWith("[")) {
                    return locate(
                            field.getValue(), rest.startsWith(".") ? rest.substring(1) : rest);
                }
            }
        }
        if (node instanceof Node.Items items && path.startsWith("[")) {
            int end = path.indexOf(']');
            int index = Integer.parseInt(path, 1, end, 10);
            if (index < items.items().size()) {
                String rest = path.substring(end + 1);
                return locate(
                        items.items().get(index), rest.startsWith(".") ? rest.substring(1) : rest);
            }
        }
        return new Found(node.origin(), "");
    }
}
