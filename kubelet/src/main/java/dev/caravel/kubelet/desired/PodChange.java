package dev.caravel.kubelet.desired;

import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How much two versions of one pod differ, as far as this node cares (contract §5.1). */
enum PodChange {
    /** Nothing a worker or the status publisher would act on. */
    NONE,
    /** Only the status moved: the publisher checks for drift, no worker needs to look. */
    STATUS,
    /** The worker must look again. */
    WORK;

    private static final Set<String> LOCAL_ANNOTATIONS =
            Set.of(
                    PodSource.SOURCE_ANNOTATION,
                    PodSource.SEEN_ANNOTATION,
                    PodSource.MIRROR_ANNOTATION);

    /** Compares what the store holds with what a source says now. */
    static PodChange between(Pod before, Pod after) {
        ObjectMeta old = before.getMetadata();
        ObjectMeta now = after.getMetadata();
        String version = now.getResourceVersion();
        if (version != null && version.equals(old.getResourceVersion())) {
            return NONE;
        }
        if (!Objects.equals(before.getSpec(), after.getSpec())
                || !Objects.equals(old.getLabels(), now.getLabels())
                || !Objects.equals(old.getDeletionTimestamp(), now.getDeletionTimestamp())
                || !Objects.equals(
                        old.getDeletionGracePeriodSeconds(), now.getDeletionGracePeriodSeconds())
                || !sameAnnotations(old.getAnnotations(), now.getAnnotations())) {
            return WORK;
        }
        if (Objects.equals(before.getStatus(), after.getStatus())) {
            return NONE;
        }
        return gatesMoved(before, after) || claimsMoved(before, after) ? WORK : STATUS;
    }

    /** A readiness gate is a condition that somebody else sets and the Ready condition needs. */
    private static boolean gatesMoved(Pod before, Pod after) {
        List<PodReadinessGate> gates = after.getSpec().getReadinessGates();
        for (PodReadinessGate gate : gates) {
            if (!Objects.equals(
                    condition(before, gate.getConditionType()),
                    condition(after, gate.getConditionType()))) {
                return true;
            }
        }
        return false;
    }

    /** Claims of a pod are made by a controller and named in its status. */
    private static boolean claimsMoved(Pod before, Pod after) {
        if (before.getStatus() == null || after.getStatus() == null) {
            return false;
        }
        return !Objects.equals(
                        before.getStatus().getResourceClaimStatuses(),
                        after.getStatus().getResourceClaimStatuses())
                || !Objects.equals(
                        before.getStatus().getExtendedResourceClaimStatus(),
                        after.getStatus().getExtendedResourceClaimStatus());
    }

    private static @Nullable String condition(Pod pod, String type) {
        if (pod.getStatus() == null) {
            return null;
        }
        for (PodCondition c : pod.getStatus().getConditions()) {
            if (type.equals(c.getType())) {
                return c.getStatus();
            }
        }
        return null;
    }

    private static boolean sameAnnotations(
            @Nullable Map<String, String> before, @Nullable Map<String, String> after) {
        Map<String, String> old = before == null ? Map.of() : before;
        Map<String, String> now = after == null ? Map.of() : after;
        Set<String> keys = new HashSet<>(old.keySet());
        keys.addAll(now.keySet());
        for (String key : keys) {
            if (!LOCAL_ANNOTATIONS.contains(key) && !Objects.equals(old.get(key), now.get(key))) {
                return false;
            }
        }
        return true;
    }
}
