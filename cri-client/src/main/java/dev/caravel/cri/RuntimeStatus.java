package dev.caravel.cri;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Health and features of the runtime.
 *
 * @param handlers empty for runtimes that do not report them
 * @param features absent for runtimes that do not report them
 * @param info free text of the runtime, only filled when asked for
 */
public record RuntimeStatus(
        List<Condition> conditions,
        List<Handler> handlers,
        Optional<Features> features,
        Map<String, String> info) {
    public RuntimeStatus {
        conditions = List.copyOf(conditions);
        handlers = List.copyOf(handlers);
        info = Map.copyOf(info);
    }

    /** Type of the condition that says the runtime takes pods. */
    public static final String RUNTIME_READY = "RuntimeReady";

    /** Type of the condition that says pod networking works. */
    public static final String NETWORK_READY = "NetworkReady";

    /** The condition of this type, absent when the runtime does not report it. */
    public Optional<Condition> condition(String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    /** One condition; reason and message may be empty. */
    public record Condition(String type, boolean status, String reason, String message) {}

    /**
     * What one runtime handler (RuntimeClass.handler) can do; the default handler's name is empty.
     */
    public record Handler(String name, boolean recursiveReadOnlyMounts, boolean userNamespaces) {}

    /** What the runtime can do whichever handler runs the pod. */
    public record Features(
            boolean supplementalGroupsPolicy,
            boolean userNamespacesHostNetwork,
            boolean mountOptions) {}
}
