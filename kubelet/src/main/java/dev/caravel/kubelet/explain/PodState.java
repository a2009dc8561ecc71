package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.worker.Explanation;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.Objects;

/** A pod's state in a few words: {@code Running, ready for 3m12s}. */
final class PodState {

    private PodState() {}

    static String of(Explanation e, Instant now) {
        return phase(e) + readiness(e, now);
    }

    /** The phase, or what people care more about. */
    static String phase(Explanation e) {
        boolean ending = e.plan().flatMap(Plan::termination).isPresent();
        String phase = e.status().getPhase();
        String word = phase == null || phase.isEmpty() ? "Pending" : phase;
        boolean over = word.equals("Succeeded") || word.equals("Failed");
        return ending && !over ? word + ", terminating" : word;
    }

    private static String readiness(Explanation e, Instant now) {
        for (PodCondition c : e.status().getConditions()) {
            if (c.getType().equals("Ready")) {
                boolean ready = Objects.equals(c.getStatus(), "True");
                String since =
                        c.getLastTransitionTime() == null
                                ? ""
                                : " for "
                                        + Spans.between(
                                                Instant.parse(c.getLastTransitionTime()), now);
                String why = c.getMessage() == null ? "" : ": " + c.getMessage();
                return ready ? ", ready" + since : ", not ready" + since + why;
            }
        }
        return "";
    }
}
