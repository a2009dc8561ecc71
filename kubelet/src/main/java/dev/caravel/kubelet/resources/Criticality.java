package dev.caravel.kubelet.resources;

import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/** Which pods the node must not do without. */
public final class Criticality {
    /** Priority of {@code system-cluster-critical}; this and above is critical. */
    public static final int SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;

    private static final String NODE_CRITICAL_CLASS = "system-node-critical";

    private Criticality() {}

    /** Static pods, their mirrors, and pods of a system priority. */
    public static boolean isCritical(Pod pod) {
        Integer priority = pod.getSpec().getPriority();
        return isStatic(pod)
                || PodSource.isMirror(pod)
                || (priority != null && priority >= SYSTEM_CRITICAL_PRIORITY);
    }

    /** Critical pods of class {@code system-node-critical}, the last ones to be killed. */
    public static boolean isNodeCritical(Pod pod) {
        return isCritical(pod) && NODE_CRITICAL_CLASS.equals(pod.getSpec().getPriorityClassName());
    }

    /** Whether the pod came from a manifest of this node, as its source annotation says. */
    public static boolean isStatic(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String source = annotations == null ? null : annotations.get(PodSource.SOURCE_ANNOTATION);
        return source != null && !source.equals(PodSource.API.text());
    }
}
