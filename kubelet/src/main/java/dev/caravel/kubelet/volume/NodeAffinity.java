package dev.caravel.kubelet.volume;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a persistent volume may be used on a node ({@code spec.nodeAffinity}). Pure. */
final class NodeAffinity {
    private NodeAffinity() {}

    /**
     * @param labels of the node
     */
    static boolean allows(PersistentVolume pv, String nodeName, Map<String, String> labels) {
        if (pv.getSpec().getNodeAffinity() == null
                || pv.getSpec().getNodeAffinity().getRequired() == null) {
            return true;
        }
        return pv.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms().stream()
                .anyMatch(term -> matches(term, nodeName, labels));
    }

    /** An empty term matches nothing. */
    private static boolean matches(
            NodeSelectorTerm term, String nodeName, Map<String, String> labels) {
        List<NodeSelectorRequirement> expressions = orEmpty(term.getMatchExpressions());
        List<NodeSelectorRequirement> fields = orEmpty(term.getMatchFields());
        return !(expressions.isEmpty() && fields.isEmpty())
                && expressions.stream().allMatch(r -> matches(r, labels.get(r.getKey())))
                && fields.stream()
                        .allMatch(r -> r.getKey().equals("metadata.name") && matches(r, nodeName));
    }

    private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
        List<String> wanted = orEmpty(requirement.getValues());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && wanted.contains(value);
            case "NotIn" -> value == null || !wanted.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compares(value, wanted, 1);
            case "Lt" -> compares(value, wanted, -1);
            default -> false;
        };
    }

    private static boolean compares(@Nullable String value, List<String> wanted, int sign) {
        if (value == null || wanted.size() != 1) {
            return false;
        }
        try {
            return Long.signum(
                            Long.compare(Long.parseLong(value), Long.parseLong(wanted.getFirst())))
                    == sign;
        } catch (NumberFormatException e) {
            // A label that is no number is neither greater nor less than one.
            return false;
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
