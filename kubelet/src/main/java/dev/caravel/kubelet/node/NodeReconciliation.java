package dev.caravel.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of an existing Node a starting kubelet corrects when it registers again (contract §6.1): the
 * attach-detach annotation, default labels, huge pages, and extended resources that are no longer
 * known. Labels of administrators and taints stay.
 */
final class NodeReconciliation {
    private static final List<String> DEFAULT_LABELS =
            List.of(
                    "kubernetes.io/hostname",
                    "topology.kubernetes.io/zone",
                    "topology.kubernetes.io/region",
                    "failure-domain.beta.kubernetes.io/zone",
                    "failure-domain.beta.kubernetes.io/region",
                    "node.kubernetes.io/instance-type",
                    "beta.kubernetes.io/instance-type",
                    "kubernetes.io/os",
                    "kubernetes.io/arch",
                    "beta.kubernetes.io/os",
                    "beta.kubernetes.io/arch");
    private static final String HUGE_PAGES = "hugepages-";
    private static final Quantity NOTHING = new Quantity("0");

    private NodeReconciliation() {}

    /**
     * The node as it should be.
     *
     * @param initial what a new node would register with
     * @param existing what the API shows
     * @param devicesForgotten whether no device plugin state survived; then extended resources are
     *     zero until their plugins are back
     */
    static Node reconcile(Node initial, Node existing, boolean devicesForgotten) {
        ObjectMeta meta = new ObjectMeta();
        meta.setName(existing.getMetadata().getName());
        meta.setUid(existing.getMetadata().getUid());
        meta.setLabels(
                labels(
                        orEmpty(initial.getMetadata().getLabels()),
                        orEmpty(existing.getMetadata().getLabels())));
        meta.setAnnotations(
                annotations(
                        orEmpty(initial.getMetadata().getAnnotations()),
                        orEmpty(existing.getMetadata().getAnnotations())));
        NodeStatus before = existing.getStatus() == null ? new NodeStatus() : existing.getStatus();
        NodeStatus status = new NodeStatus();
        status.setCapacity(
                resources(
                        initial.getStatus().getCapacity(),
                        orEmpty(before.getCapacity()),
                        devicesForgotten));
        status.setAllocatable(
                resources(
                        initial.getStatus().getAllocatable(),
                        orEmpty(before.getAllocatable()),
                        devicesForgotten));
        Node node = new Node();
        node.setMetadata(meta);
        node.setStatus(status);
        return node;
    }

    private static Map<String, String> labels(
            Map<String, String> initial, Map<String, String> existing) {
        Map<String, String> labels = new LinkedHashMap<>(existing);
        for (String label : DEFAULT_LABELS) {
            String value = initial.get(label);
            if (value == null) {
                continue;
            }
            if (value.isEmpty()) {
                labels.remove(label);
            } else {
                labels.put(label, value);
            }
        }
        return labels;
    }

    private static Map<String, String> annotations(
            Map<String, String> initial, Map<String, String> existing) {
        Map<String, String> annotations = new LinkedHashMap<>(existing);
        String wanted = initial.get(NodeObject.ATTACH_DETACH);
        if (wanted == null) {
            annotations.remove(NodeObject.ATTACH_DETACH);
        } else {
            annotations.put(NodeObject.ATTACH_DETACH, wanted);
        }
        return annotations;
    }

    private static Map<String, Quantity> resources(
            Map<String, Quantity> initial,
            Map<String, Quantity> existing,
            boolean devicesForgotten) {
        if (existing.isEmpty()) {
            return initial;
        }
        Map<String, Quantity> resources = new LinkedHashMap<>(existing);
        resources.keySet().removeIf(name -> name.startsWith(HUGE_PAGES));
        initial.forEach((name, amount) -> {
            if (name.startsWith(HUGE_PAGES)) {
                resources.put(name, amount);
            }
        });
        if (devicesForgotten) {
            resources.replaceAll(
                    (name, amount) -> NodeResources.isExtended(name) ? NOTHING : amount);
        }
        return resources;
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : map;
    }
}
