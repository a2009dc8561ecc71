package dev.caravel.config.document;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.tree.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code featureGates} field of a document, granted or not.
 *
 * @param gates the gates in effect
 * @param complaints wishes that cannot be granted
 * @param warnings things to know about the others
 */
public record GateWishes(FeatureGates gates, List<Complaint> complaints, List<Warning> warnings) {

    private static final String FIELD = "featureGates";

    /** Reads the field. Values that are no booleans are left to the decoder. */
    public static GateWishes of(Node.Fields document) {
        Map<String, Node> written =
                document.find(FIELD).orElse(null) instanceof Node.Fields wishes
                        ? wishes.fields()
                        : Map.of();
        Map<String, Boolean> wishes = new LinkedHashMap<>();
        written.forEach((name, value) -> {
            if (value instanceof Node.Bool bool) {
                wishes.put(name, bool.value());
            }
        });
        FeatureGates.Resolution resolution = FeatureGates.resolve(wishes);
        return new GateWishes(
                resolution.gates(),
                resolution.problems().stream().map(found -> complaint(found, written)).toList(),
                resolution.warnings().stream().map(found -> warning(found, written)).toList());
    }

    private static Complaint complaint(FeatureGates.Finding found, Map<String, Node> written) {
        Node value = written.get(found.gate());
        return value == null
                ? new Complaint(Origin.DEFAULT, FIELD + "." + found.gate(), "", found.text())
                : new Complaint(
                        value.origin(), FIELD + "." + found.gate(), value.display(), found.text());
    }

    private static Warning warning(FeatureGates.Finding found, Map<String, Node> written) {
        Node value = written.get(found.gate());
        return new Warning(
                value == null ? Origin.DEFAULT : value.origin(),
                "feature gate " + found.gate() + " " + found.text());
    }
}
