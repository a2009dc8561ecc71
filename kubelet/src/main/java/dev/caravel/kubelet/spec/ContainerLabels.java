package dev.caravel.kubelet.spec;

import dev.caravel.kubelet.pod.ContainerHash;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;

/**
 * The labels and annotations by which a kubelet finds its sandboxes and containers again after a
 * restart. The names are shared with the Go kubelet, so that either can take over from the other.
 */
public final class ContainerLabels {
    public static final String POD_NAME = "io.kubernetes.pod.name";
    public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    public static final String POD_UID = "io.kubernetes.pod.uid";
    public static final String CONTAINER_NAME = "io.kubernetes.container.name";

    public static final String HASH = "io.kubernetes.container.hash";
    public static final String RESTART_COUNT = "io.kubernetes.container.restartCount";
    public static final String TERMINATION_MESSAGE_PATH =
            "io.kubernetes.container.terminationMessagePath";
    public static final String TERMINATION_MESSAGE_POLICY =
            "io.kubernetes.container.terminationMessagePolicy";

    /** JSON of the preStop hook, so that it can run when the pod's spec is gone. */
    public static final String PRE_STOP = "io.kubernetes.container.preStopHandler";

    /** JSON list of the container's ports; an httpGet hook may name one. */
    public static final String PORTS = "io.kubernetes.container.ports";

    public static final String DELETION_GRACE = "io.kubernetes.pod.deletionGracePeriod";
    public static final String TERMINATION_GRACE = "io.kubernetes.pod.terminationGracePeriod";

    private ContainerLabels() {}

    /** The pod's own labels and who it is. */
    public static Map<String, String> ofSandbox(Pod pod) {
        Map<String, String> labels = new HashMap<>();
        if (pod.getMetadata().getLabels() != null) {
            labels.putAll(pod.getMetadata().getLabels());
        }
        putPod(labels, pod);
        return labels;
    }

    /** Who the container and its pod are. */
    public static Map<String, String> ofContainer(Pod pod, PodContainer container) {
        Map<String, String> labels = new HashMap<>();
        putPod(labels, pod);
        labels.put(CONTAINER_NAME, container.name());
        return labels;
    }

    /**
     * What the kubelet must know about a container even when the pod is gone.
     *
     * @param others annotations of device plugins, which never win
     */
    public static Map<String, String> annotations(
            Pod pod, PodContainer container, int restartCount, Map<String, String> others) {
        Container spec = container.spec();
        Map<String, String> annotations = new HashMap<>(others);
        annotations.put(HASH, ContainerHash.of(spec));
        annotations.put(RESTART_COUNT, Integer.toString(restartCount));
        annotations.put(TERMINATION_MESSAGE_PATH, text(spec.getTerminationMessagePath()));
        annotations.put(TERMINATION_MESSAGE_POLICY, text(spec.getTerminationMessagePolicy()));
        Long deletionGrace = pod.getMetadata().getDeletionGracePeriodSeconds();
        if (deletionGrace != null) {
            annotations.put(DELETION_GRACE, deletionGrace.toString());
        }
        Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
        if (grace != null) {
            annotations.put(TERMINATION_GRACE, grace.toString());
        }
        if (spec.getLifecycle() != null && spec.getLifecycle().getPreStop() != null) {
            annotations.put(PRE_STOP, Serialization.asJson(spec.getLifecycle().getPreStop()));
        }
        if (!spec.getPorts().isEmpty()) {
            annotations.put(PORTS, Serialization.asJson(spec.getPorts()));
        }
        return annotations;
    }

    private static void putPod(Map<String, String> labels, Pod pod) {
        labels.put(POD_NAME, pod.getMetadata().getName());
        labels.put(POD_NAMESPACE, pod.getMetadata().getNamespace());
        labels.put(POD_UID, pod.getMetadata().getUid());
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
