package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.DesiredPod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Map;
import java.util.Optional;

/**
 * What a pod's worker knows, for {@code caravel explain pod}.
 *
 * @param pod the pod as wanted
 * @param admission whether the node took it
 * @param plan the newest plan; empty before the first
 * @param activities how the last try under each key ended, or since when it runs
 * @param progress how far what runs has come; live
 * @param status as last computed; not to be changed
 * @param timeline the steps of its start so far
 */
public record Explanation(
        DesiredPod pod,
        PodSnapshot.Admission admission,
        Optional<Plan> plan,
        Map<ActivityKey, Activity> activities,
        Map<ActivityKey, Progress> progress,
        PodStatus status,
        Timeline timeline) {
    public Explanation {
        activities = Map.copyOf(activities);
        progress = Map.copyOf(progress);
    }
}
