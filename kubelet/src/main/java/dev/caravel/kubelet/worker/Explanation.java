package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.pod.DesiredPod;
import java.util.Map;
import java.util.Optional;

/**
 * What a pod's worker knows, for {@code caravel explain pod}.
 *
 * @param pod the pod as wanted
 * @param plan the newest plan; empty before the first
 * @param activities how the last try under each key ended, or since when it runs
 * @param timeline the steps so far
 */
public record Explanation(
        DesiredPod pod,
        Optional<Plan> plan,
        Map<ActivityKey, Activity> activities,
        Timeline timeline) {}
