package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.facts.NodeFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which taints a pod puts up with. */
public final class Tolerations {
    private Tolerations() {}

    /** Whether one of the pod's tolerations covers {@code taint}. */
    public static boolean tolerate(Pod pod, Taint taint, NodeFacts facts) {
        List<Toleration> tolerations = pod.getSpec().getTolerations();
        boolean comparing = facts.gate("TaintTolerationComparisonOperators");
        return tolerations != null
                && tolerations.stream().anyMatch(t -> tolerates(t, taint, comparing));
    }

    private static boolean tolerates(Toleration toleration, Taint taint, boolean comparing) {
        String effect = text(toleration.getEffect());
        String key = text(toleration.getKey());
        if ((!effect.isEmpty() && !effect.equals(text(taint.getEffect())))
                || (!key.isEmpty() && !key.equals(text(taint.getKey())))) {
            return false;
        }
        String own = text(toleration.getValue());
        String value = text(taint.getValue());
        return switch (text(toleration.getOperator())) {
            case "", "Equal" -> Objects.equals(own, value);
            case "Exists" -> true;
            case "Lt" -> comparing && isBelow(value, own);
            case "Gt" -> comparing && isBelow(own, value);
            default -> false;
        };
    }

    private static boolean isBelow(String low, String high) {
        try {
            return Long.parseLong(low) < Long.parseLong(high);
        } catch (NumberFormatException notNumbers) {
            return false;
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
