package dev.caravel.kubelet.csi;

import dev.caravel.csi.AccessMode;
import dev.caravel.csi.NodeCapability;
import dev.caravel.kubelet.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What Kubernetes' words mean to a CSI driver (kubelet.md §7.4). Pure. */
final class CsiRules {
    private CsiRules() {}

    /** The first access mode counts; a volume without one is for one node. */
    static AccessMode accessMode(List<String> modes, Set<NodeCapability> capabilities) {
        boolean fine = capabilities.contains(NodeCapability.SINGLE_NODE_MULTI_WRITER);
        return switch (modes.isEmpty() ? "ReadWriteOnce" : modes.getFirst()) {
            case "ReadOnlyMany" -> AccessMode.MULTI_NODE_READER_ONLY;
            case "ReadWriteMany" -> AccessMode.MULTI_NODE_MULTI_WRITER;
            case "ReadWriteOncePod" ->
                    fine ? AccessMode.SINGLE_NODE_SINGLE_WRITER : AccessMode.SINGLE_NODE_WRITER;
            default -> fine ? AccessMode.SINGLE_NODE_MULTI_WRITER : AccessMode.SINGLE_NODE_WRITER;
        };
    }

    /** Whether the kubelet gives the files to the pod's group, if there is one. */
    static boolean ownsFiles(CsiVolume volume, CsiDriverSpec spec) {
        if (volume.readOnly()) {
            return false;
        }
        return switch (spec.groupPolicy()) {
            case "None" -> false;
            case "File" -> true;
            default ->
                    !volume.fsType().isEmpty()
                            && (volume.ephemeral()
                                    || volume.accessModes().contains("ReadWriteOnce")
                                    || volume.accessModes().contains("ReadWriteOncePod"));
        };
    }

    /**
     * Refuses a volume of a kind the driver does not know.
     *
     * @param known whether the API says anything about the driver
     */
    static void requireLifecycle(CsiVolume volume, CsiDriverSpec spec, boolean known)
            throws VolumeException {
        String mode = volume.ephemeral() ? CsiDriverSpec.EPHEMERAL : CsiDriverSpec.PERSISTENT;
        if (!spec.lifecycleModes().contains(mode)) {
            throw new VolumeException(
                    "volume mode \""
                            + mode
                            + "\" not supported by driver "
                            + volume.driver()
                            + (known
                                    ? " (only supports " + spec.lifecycleModes() + ")"
                                    : " (no CSIDriver object)"));
        }
    }

    /** What a driver learns about the pod. */
    static Map<String, String> podInfo(Pod pod, boolean ephemeral) {
        return Map.of(
                "csi.storage.k8s.io/pod.name", pod.getMetadata().getName(),
                "csi.storage.k8s.io/pod.namespace", pod.getMetadata().getNamespace(),
                "csi.storage.k8s.io/pod.uid", pod.getMetadata().getUid(),
                "csi.storage.k8s.io/serviceAccount.name",
                        Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), ""),
                "csi.storage.k8s.io/ephemeral", Boolean.toString(ephemeral));
    }

    /** Both maps; the second wins. */
    static Map<String, String> merged(Map<String, String> one, Map<String, String> other) {
        Map<String, String> all = new TreeMap<>(one);
        all.putAll(other);
        return all;
    }
}
