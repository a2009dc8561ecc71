package dev.caravel.kubelet.plan;

import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/** Whether a container that has ended is to run again (contract §5.3, KEP-5307). */
public final class RestartPolicies {

    private static final String RESTART_ALL = "RestartAllContainers";

    private RestartPolicies() {}

    /** Rules of the container first, then its own policy, then the pod's. */
    public static boolean restarts(Pod pod, PodContainer container, int exitCode) {
        return switch (effectivePolicy(pod, container, exitCode)) {
            case "Never" -> false;
            case "OnFailure" -> exitCode != 0;
            default -> container.kind() != ContainerKind.INIT || exitCode != 0;
        };
    }

    /** The pod's policy, {@code Always} when unset. */
    public static String ofPod(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getRestartPolicy()).orElse("Always");
    }

    private static String effectivePolicy(Pod pod, PodContainer container, int exitCode) {
        if (container.kind() == ContainerKind.EPHEMERAL) {
            return "Never";
        }
        List<ContainerRestartRule> rules = container.spec().getRestartPolicyRules();
        if (rules != null && rules.stream().anyMatch(r -> matches(r, exitCode))) {
            return "Always";
        }
        return ofContainer(pod, container);
    }

    /** The container's own policy, else the pod's; its rules do not count. */
    public static String ofContainer(Pod pod, PodContainer container) {
        return Optional.ofNullable(container.spec().getRestartPolicy()).orElse(ofPod(pod));
    }

    /** Whether some rule of the pod may restart all its containers (KEP-5532). */
    public static boolean mayRestartAll(Pod pod) {
        return PodContainer.all(pod).stream()
                .flatMap(c -> c.spec().getRestartPolicyRules().stream())
                .anyMatch(rule -> RESTART_ALL.equals(rule.getAction()));
    }

    /** Whether the container's end restarts all containers of the pod: the first rule counts. */
    public static boolean restartsAll(PodContainer container, int exitCode) {
        return container.kind() != ContainerKind.EPHEMERAL
                && container.spec().getRestartPolicyRules().stream()
                        .filter(r -> matches(r, exitCode))
                        .findFirst()
                        .filter(r -> RESTART_ALL.equals(r.getAction()))
                        .isPresent();
    }

    private static boolean matches(ContainerRestartRule rule, int exitCode) {
        if (rule.getExitCodes() == null) {
            return false;
        }
        boolean listed = rule.getExitCodes().getValues().contains(exitCode);
        return switch (rule.getExitCodes().getOperator()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            default -> false;
        };
    }
}
