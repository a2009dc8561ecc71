package dev.caravel.kubelet.plan;

import dev.caravel.kubelet.allocation.ResizeState;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.probe.ProbeVerdict;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All the planner may know about one pod at one moment.
 *
 * @param desired the pod as wanted, newest
 * @param orphaned no source wants it any more; {@code desired} is the last that was known
 * @param admission whether the node takes it
 * @param observed what the runtime has
 * @param verdicts probe verdicts by container name
 * @param activities what was tried, by key
 * @param backOffs crash back-off by {@link CrashBackOff#key}
 * @param termination set once the pod has to end
 * @param resizing how far its resources are from those granted; {@code desired} has the granted
 *     ones
 * @param objectsChanged a ConfigMap, Secret or field shown in a volume may have changed
 * @param settings what the configuration says about pods
 * @param now the moment
 */
public record PodSnapshot(
        DesiredPod desired,
        boolean orphaned,
        Admission admission,
        ObservedPod observed,
        Map<String, ProbeVerdict> verdicts,
        Map<ActivityKey, Activity> activities,
        Map<String, CrashBackOff> backOffs,
        Optional<Termination> termination,
        ResizeState resizing,
        boolean objectsChanged,
        Settings settings,
        Instant now) {

    public PodSnapshot {
        verdicts = Map.copyOf(verdicts);
        activities = Map.copyOf(activities);
        backOffs = Map.copyOf(backOffs);
    }

    /** The node's answer to a new pod. */
    public sealed interface Admission {
        record Admitted() implements Admission {}

        /** The pod fails with this reason and message and is never started. */
        record Rejected(String reason, String message) implements Admission {}
    }

    /**
     * What the configuration and the runtime say about all pods.
     *
     * @param backOff first and longest crash back-off
     * @param networkReady whether the runtime can give a pod its network
     * @param networkMessage why not
     */
    public record Settings(
            CrashBackOff.Limits backOff, boolean networkReady, String networkMessage) {}

    public Pod pod() {
        return desired.pod();
    }

    public Optional<Activity> activity(ActivityKey key) {
        return Optional.ofNullable(activities.get(key));
    }

    public boolean isRunning(ActivityKey key) {
        return activities.get(key) instanceof Activity.Running;
    }

    /** Whether any running activity is of this topic. */
    public boolean isRunning(ActivityKey.Topic topic) {
        return activities.entrySet().stream()
                .anyMatch(e ->
                        e.getKey().topic() == topic && e.getValue() instanceof Activity.Running);
    }

    /** The outcome under the key if it is done and of type {@code type}. */
    public <T extends Outcome> Optional<T> outcome(ActivityKey key, Class<T> type) {
        return activity(key)
                .filter(Activity.Done.class::isInstance)
                .map(a -> ((Activity.Done) a).outcome())
                .filter(type::isInstance)
                .map(type::cast);
    }

    /** The verdict on exactly this container, if the probes have one. */
    public Optional<ProbeVerdict> verdict(String containerName, String containerId) {
        return Optional.ofNullable(verdicts.get(containerName))
                .filter(v -> v.containerId().equals(containerId));
    }
}
