package dev.caravel.kubelet.admission;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a node is one the pod's node selector and required node affinity ask for. */
final class NodeAffinityRule {
    private NodeAffinityRule() {}

    static boolean matches(Pod pod, Node node) {
        Map<String, String> labels =
                node.getMetadata().getLabels() == null ? Map.of() : node.getMetadata().getLabels();
        Map<String, String> selector = pod.getSpec().getNodeSelector();
        if (selector != null
                && !selector.entrySet().stream()
                        .allMatch(e -> e.getValue().equals(labels.get(e.getKey())))) {
            return false;
        }
        NodeSelector required = required(pod.getSpec().getAffinity());
        return required == null
                || required.getNodeSelectorTerms().stream()
                        .anyMatch(term -> matches(term, labels, node.getMetadata().getName()));
    }

    private static @Nullable NodeSelector required(@Nullable Affinity affinity) {
        return affinity == null || affinity.getNodeAffinity() == null
                ? null
                : affinity.getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    /** An empty term selects nothing; so does one that cannot be understood. */
    private static boolean matches(
            NodeSelectorTerm term, Map<String, String> labels, String nodeName) {
        List<NodeSelectorRequirement> expressions = term.getMatchExpressions();
        List<NodeSelectorRequirement> fields = term.getMatchFields();
        return !(expressions.isEmpty() && fields.isEmpty())
                && expressions.stream().allMatch(e -> matches(e, labels.get(e.getKey())))
                && fields.stream().allMatch(f -> matchesField(f, nodeName));
    }

    private static boolean matches(NodeSelectorRequirement requirement, @Nullable String label) {
        List<String> values = requirement.getValues();
        return switch (requirement.getOperator()) {
            case "In" -> !values.isEmpty() && label != null && values.contains(label);
            case "NotIn" -> !values.isEmpty() && (label == null || !values.contains(label));
            case "Exists" -> values.isEmpty() && label != null;
            case "DoesNotExist" -> values.isEmpty() && label == null;
            case "Gt" -> compares(label, values, 1);
            case "Lt" -> compares(label, values, -1);
            case null, default -> false;
        };
    }

    private static boolean compares(@Nullable String label, List<String> values, int sign) {
        if (label == null || values.size() != 1) {
            return false;
        }
        try {
            return Long.compare(Long.parseLong(label), Long.parseLong(values.getFirst())) == sign;
        } catch (NumberFormatException notNumbers) {
            return false;
        }
    }

    /** The one field there is, {@code metadata.name}. */
    private static boolean matchesField(NodeSelectorRequirement requirement, String nodeName) {
        boolean known = "metadata.name".equals(requirement.getKey());
        List<String> values = requirement.getValues();
        if (values.size() != 1) {
            return false;
        }
        String field = known ? nodeName : "";
        return switch (requirement.getOperator()) {
            case "In" -> field.equals(values.getFirst());
            case "NotIn" -> !field.equals(values.getFirst());
            case null, default -> false;
        };
    }
}
