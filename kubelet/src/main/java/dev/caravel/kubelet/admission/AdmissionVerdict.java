package dev.caravel.kubelet.admission;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** What the rules say about a pod. */
public sealed interface AdmissionVerdict {

    /** The pod may run here. */
    record Admitted() implements AdmissionVerdict {}

    /**
     * The pod fails and is never started.
     *
     * @param reason of its status and event
     * @param message of its event; the status says {@code Pod was rejected: } before it
     * @param onlyByNodeLabels the node's labels alone are in the way; ask again with the node as
     *     the API server has it now before believing it
     */
    record Rejected(String reason, String message, boolean onlyByNodeLabels)
            implements AdmissionVerdict {
        static Rejected of(String reason, String message) {
            return new Rejected(reason, message, false);
        }
    }

    /**
     * A critical pod may run once others are gone.
     *
     * @param victims to be evicted first, in this order
     * @param resource the first one that is short, for the metric
     */
    record AfterPreempting(List<Pod> victims, String resource) implements AdmissionVerdict {
        /** Reason of the victims' status and event. */
        public static final String REASON = "Preempting";

        /** Message of the victims' status and event. */
        public static final String MESSAGE = "Preempted in order to admit critical pod";

        /** Message of the victims' condition DisruptionTarget. */
        public static final String CONDITION_MESSAGE =
                "Pod was preempted by Kubelet to accommodate a critical pod.";

        public AfterPreempting {
            victims = List.copyOf(victims);
        }
    }
}
