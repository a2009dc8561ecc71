package dev.caravel.kubelet.status;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lays this node's status over what the API holds: foreign conditions and fields stay, and a
 * terminal phase is held back while something of the pod may still run (contract §5.8, §5.11).
 */
final class StatusMerge {
    private StatusMerge() {}

    /**
     * What the API should hold.
     *
     * @param api what it holds now
     * @param ours the newest settled status of this node
     * @param mayStillRun whether containers may run, or devices still be in use; then Succeeded and
     *     Failed wait
     */
    static PodStatus merge(PodStatus api, PodStatus ours, boolean mayStillRun, Instant now) {
        boolean becomesTerminal =
                !Statuses.terminal(api.getPhase()) && Statuses.terminal(ours.getPhase());
        PodStatus merged = Statuses.copy(ours);
        merged.setConditions(conditions(api, ours, becomesTerminal && !mayStillRun, now));
        merged.setResourceClaimStatuses(api.getResourceClaimStatuses());
        merged.setExtendedResourceClaimStatus(api.getExtendedResourceClaimStatus());
        merged.setNodeAllocatableResourceClaimStatuses(
                api.getNodeAllocatableResourceClaimStatuses());
        merged.setNominatedNodeName(api.getNominatedNodeName());
        if (becomesTerminal && mayStillRun) {
            merged.setPhase(api.getPhase());
            merged.setReason(api.getReason());
            merged.setMessage(api.getMessage());
        }
        if (ours.getQosClass() == null) {
            merged.setQosClass(api.getQosClass());
        }
        if (Statuses.terminal(merged.getPhase())) {
            neverReady(merged, now);
        }
        return merged;
    }

    /** Whether the phase waits; the caller must come back when the pod is down. */
    static boolean withheld(PodStatus merged, PodStatus ours) {
        return Statuses.terminal(ours.getPhase()) && !Statuses.terminal(merged.getPhase());
    }

    private static List<PodCondition> conditions(
            PodStatus api, PodStatus ours, boolean terminalNow, Instant now) {
        List<PodCondition> merged = new ArrayList<>();
        for (PodCondition c : api.getConditions()) {
            if (!OwnedConditions.owned(c.getType())) {
                merged.add(c);
            }
        }
        for (PodCondition c : ours.getConditions()) {
            if (OwnedConditions.owned(c.getType())) {
                merged.add(c);
            } else if (c.getType().equals(OwnedConditions.DISRUPTION_TARGET) && terminalNow) {
                put(merged, since(c, Statuses.condition(api, c.getType()), now));
            }
        }
        return merged;
    }

    /** The condition waited for the end of the containers, so its time is that of writing it. */
    private static PodCondition since(PodCondition c, @Nullable PodCondition before, Instant now) {
        PodCondition timed = Statuses.copy(c);
        timed.setLastTransitionTime(
                before != null && c.getStatus().equals(before.getStatus())
                        ? before.getLastTransitionTime()
                        : Statuses.time(now));
        return timed;
    }

    /** A pod that is over is not ready, even if the last probe said so. */
    private static void neverReady(PodStatus merged, Instant now) {
        List<PodCondition> conditions = new ArrayList<>(merged.getConditions());
        boolean claimsReady =
                conditions.stream()
                        .anyMatch(c ->
                                "True".equals(c.getStatus())
                                        && (c.getType().equals(OwnedConditions.READY)
                                                || c.getType()
                                                        .equals(OwnedConditions.CONTAINERS_READY)));
        if (!claimsReady) {
            return;
        }
        String reason = "Succeeded".equals(merged.getPhase()) ? "PodCompleted" : "PodFailed";
        for (String type : List.of(OwnedConditions.CONTAINERS_READY, OwnedConditions.READY)) {
            PodCondition before = Statuses.condition(conditions, type);
            PodCondition over = new PodCondition();
            over.setType(type);
            over.setStatus("False");
            over.setReason(reason);
            if (before != null) {
                over.setObservedGeneration(before.getObservedGeneration());
                over.setLastProbeTime(before.getLastProbeTime());
            }
            put(conditions, since(over, before, now));
        }
        merged.setConditions(conditions);
    }

    private static void put(List<PodCondition> conditions, PodCondition condition) {
        for (int i = 0; i < conditions.size(); i++) {
            if (conditions.get(i).getType().equals(condition.getType())) {
                conditions.set(i, condition);
                return;
            }
        }
        conditions.add(condition);
    }
}
