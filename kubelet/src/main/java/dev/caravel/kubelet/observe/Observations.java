package dev.caravel.kubelet.observe;

import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.SandboxState;
import dev.caravel.cri.SandboxStatus;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.RuntimeLabels;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what the runtime said into the kubelet's words. Labels are input: they may be missing or
 * wrong.
 */
final class Observations {

    private Observations() {}

    /** The pod that a sandbox's or container's labels name; empty if it is not a kubelet's. */
    static Optional<PodRef> pod(Map<String, String> labels) {
        String uid = labels.get(RuntimeLabels.POD_UID);
        String namespace = labels.get(RuntimeLabels.POD_NAMESPACE);
        String name = labels.get(RuntimeLabels.POD_NAME);
        return uid == null || namespace == null || name == null
                ? Optional.empty()
                : Optional.of(new PodRef(namespace, name, uid));
    }

    static ObservedSandbox sandbox(SandboxStatus s) {
        boolean hostNetwork =
                s.namespaces().map(n -> n.network() == NamespaceMode.NODE).orElse(false);
        return new ObservedSandbox(
                s.id(),
                s.metadata().attempt(),
                s.state() == SandboxState.READY,
                s.createdAt(),
                s.ips(),
                hostNetwork);
    }

    static ObservedContainer container(String sandboxId, ContainerStatus s) {
        return new ObservedContainer(
                s.labels().getOrDefault(RuntimeLabels.CONTAINER_NAME, s.metadata().name()),
                sandboxId,
                restartCount(s),
                s.annotations().getOrDefault(RuntimeLabels.CONTAINER_HASH, ""),
                TerminationMessages.of(s),
                s);
    }

    private static int restartCount(ContainerStatus s) {
        String text = s.annotations().get(RuntimeLabels.RESTART_COUNT);
        if (text == null) {
            return s.metadata().attempt();
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            // Another program's container under our label: its own count is the best there is.
            return s.metadata().attempt();
        }
    }
}
