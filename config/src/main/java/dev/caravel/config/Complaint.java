package dev.caravel.config;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One reason why a configuration is rejected. The agent prints all of them before it ends, the
 * {@code caravel config check} command too.
 *
 * @param origin where the value was written
 * @param field path of the field, such as {@code logging.format}; empty when the complaint is not
 *     about one field
 * @param value the offending value as it was written; empty when it was none or is not worth
 *     repeating
 * @param problem what is wrong with it and what would be right
 */
public record Complaint(Origin origin, String field, String value, String problem) {

    /** A complaint about a file, a flag or a combination rather than one field's value. */
    public static Complaint about(Origin origin, String problem) {
        return new Complaint(origin, "", "", problem);
    }

    /**
     * The complaints in the order of reading: flags, then files line by line, then what nobody
     * wrote.
     */
    public static List<Complaint> inOrder(List<Complaint> complaints) {
        Comparator<Complaint> byPlace =
                Comparator.comparing(complaint -> complaint.origin().order());
        return complaints.stream().sorted(byPlace).toList();
    }

    /**
     * Ends the parsing of a text by complaints, if there are any.
     *
     * @throws IllegalArgumentException with one line a complaint
     */
    public static void throwIfAny(List<Complaint> complaints) {
        if (!complaints.isEmpty()) {
            String lines =
                    complaints.stream().map(Complaint::toString).collect(Collectors.joining("\n"));
            throw new IllegalArgumentException(lines);
        }
    }

    /** One line: place, field, value, problem. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(origin.toString()).append(": ");
        if (!field.isEmpty()) {
            text.append(field).append(value.isEmpty() ? " " : ": " + value + " ");
        }
        return text.append(problem).toString();
    }
}
