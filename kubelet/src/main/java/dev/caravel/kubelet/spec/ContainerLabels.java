package dev.caravel.kubelet.spec;

import dev.caravel.kubelet.pod.ContainerHash;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.RuntimeLabels;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;

/** Fills in the labels and annotations named by {@link RuntimeLabels}. */
public final class ContainerLabels {
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
        labels.put(RuntimeLabels.CONTAINER_NAME, container.name());
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
        annotations.put(RuntimeLabels.CONTAINER_HASH, ContainerHash.of(spec));
        annotations.put(RuntimeLabels.RESTART_COUNT, Integer.toString(restartCount));
        annotations.put(
                RuntimeLabels.TERMINATION_MESSAGE_PATH, text(spec.getTerminationMessagePath()));
        annotations.put(
                RuntimeLabels.TERMINATION_MESSAGE_POLICY, text(spec.getTerminationMessagePolicy()));
        Long deletionGrace = pod.getMetadata().getDeletionGracePeriodSeconds();
        if (deletionGrace != null) {
            annotations.put(RuntimeLabels.DELETION_GRACE, deletionGrace.toString());
        }
        Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
        if (grace != null) {
            annotations.put(RuntimeLabels.TERMINATION_GRACE, grace.toString());
        }
        if (spec.getLifecycle() != null && spec.getLifecycle().getPreStop() != null) {
            annotations.put(
                    RuntimeLabels.PRE_STOP_HANDLER,
                    Serialization.asJson(spec.getLifecycle().getPreStop()));
        }
        if (!spec.getPorts().isEmpty()) {
            annotations.put(RuntimeLabels.CONTAINER_PORTS, Serialization.asJson(spec.getPorts()));
        }
        return annotations;
    }

    private static void putPod(Map<String, String> labels, Pod pod) {
        labels.put(RuntimeLabels.POD_NAME, pod.getMetadata().getName());
        labels.put(RuntimeLabels.POD_NAMESPACE, pod.getMetadata().getNamespace());
        labels.put(RuntimeLabels.POD_UID, pod.getMetadata().getUid());
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
