package dev.caravel.kubelet.spec;

import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.NamespaceOptions;
import dev.caravel.cri.UserNamespace;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.facts.RuntimeFacts.Handler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Optional;

/** Which Linux namespaces the containers of a pod share with each other or with the node. */
final class PodNamespaces {
    private static final UserNamespace OF_NODE =
            new UserNamespace(NamespaceMode.NODE, List.of(), List.of());

    private PodNamespaces() {}

    /**
     * The namespaces of a pod.
     *
     * @param mapping the id ranges allocated to the pod, which must be there when it asks for a
     *     user namespace of its own
     */
    static NamespaceOptions of(
            Pod pod, NodeFacts node, String runtimeHandler, Optional<UserNamespace> mapping)
            throws ContainerConfigException {
        PodSpec spec = pod.getSpec();
        return new NamespaceOptions(
                isSet(spec.getHostNetwork()) ? NamespaceMode.NODE : NamespaceMode.POD,
                pid(spec),
                isSet(spec.getHostIPC()) ? NamespaceMode.NODE : NamespaceMode.POD,
                "",
                userNamespace(spec, node, runtimeHandler, mapping));
    }

    private static NamespaceMode pid(PodSpec spec) {
        if (isSet(spec.getHostPID())) {
            return NamespaceMode.NODE;
        }
        return isSet(spec.getShareProcessNamespace()) ? NamespaceMode.POD : NamespaceMode.CONTAINER;
    }

    private static Optional<UserNamespace> userNamespace(
            PodSpec spec, NodeFacts node, String handler, Optional<UserNamespace> mapping)
            throws ContainerConfigException {
        boolean enabled = node.gate("UserNamespacesSupport");
        if (spec.getHostUsers() == null) {
            return enabled ? Optional.of(OF_NODE) : Optional.empty();
        }
        if (!enabled) {
            throw new ContainerConfigException(
                    "the feature gate \"UserNamespacesSupport\" is disabled:"
                            + " can't set spec.HostUsers");
        }
        if (spec.getHostUsers()) {
            return Optional.of(OF_NODE);
        }
        Handler abilities = node.runtime().handlers().get(handler);
        if (abilities == null || !abilities.userNamespaces()) {
            throw new ContainerConfigException(
                    handler.isEmpty()
                            ? "can't set `spec.hostUsers: false`, runtime does not support user"
                                    + " namespaces"
                            : "can't set `spec.hostUsers: false`, RuntimeClass handler \""
                                    + handler
                                    + "\" does not support user namespaces");
        }
        if (mapping.isEmpty()) {
            throw new ContainerConfigException(
                    "`spec.hostUsers: false` needs a range of user IDs, but none is allocated");
        }
        return mapping;
    }

    static boolean isSet(Boolean flag) {
        return flag != null && flag;
    }
}
