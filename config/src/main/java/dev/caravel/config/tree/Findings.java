package dev.caravel.config.tree;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * What decoding a document turned up, gathered so that all of it can be shown at once. Confined to
 * one load.
 */
public final class Findings {

    private final List<Complaint> errors = new ArrayList<>();
    private final List<Complaint> unknownFields = new ArrayList<>();

    /** Notes that {@code node} is not acceptable at {@code path}. */
    public void reject(String path, Node node, String problem) {
        errors.add(new Complaint(node.origin(), path, node.display(), problem));
    }

    /** Notes a field nobody knows. */
    public void unknown(Origin origin, String path, String suggestion) {
        unknownFields.add(new Complaint(origin, path, "", "is not a known field" + suggestion));
    }

    /** Values that cannot be used. */
    public List<Complaint> errors() {
        return List.copyOf(errors);
    }

    /** Fields nobody knows: an error when strict, a warning when lenient. */
    public List<Complaint> unknownFields() {
        return List.copyOf(unknownFields);
    }
}
