package dev.caravel.kubelet.facts;

import java.util.Map;

/**
 * What the container runtime says it can do (CRI {@code Status}).
 *
 * @param handlers abilities by runtime handler name; the default handler's name is empty
 * @param supplementalGroupsPolicy whether it honours {@code supplementalGroupsPolicy}
 * @param userNamespacesHostNetwork whether a pod may have a user namespace on the host's network
 * @param mountOptions whether it honours options of bind mounts
 */
public record RuntimeFacts(
        Map<String, Handler> handlers,
        boolean supplementalGroupsPolicy,
        boolean userNamespacesHostNetwork,
        boolean mountOptions) {
    public RuntimeFacts {
        handlers = Map.copyOf(handlers);
    }

    /** Abilities of one handler. */
    public record Handler(boolean recursiveReadOnlyMounts, boolean userNamespaces) {}
}
