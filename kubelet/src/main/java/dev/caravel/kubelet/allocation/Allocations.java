package dev.caravel.kubelet.allocation;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources of all pods of the node: granted, and carried out. Both survive a crash (contract
 * §10.1). Methods that write throw {@link UncheckedIOException} when the disk refuses.
 */
public final class Allocations {
    private static final String GRANTED = "allocated_pods_state";
    private static final String ACTUATED = "actuated_pods_state";

    private final AllocationFile granted;
    private final AllocationFile actuated;

    /**
     * Reads both files.
     *
     * @param root the kubelet's root directory
     * @throws IOException when one of them cannot be trusted; the kubelet must not start then
     */
    public Allocations(Path root) throws IOException {
        granted = new AllocationFile(root.resolve(GRANTED));
        actuated = new AllocationFile(root.resolve(ACTUATED));
    }

    /** The pod with the resources granted to it; the pod itself where those are its own. */
    public Pod granted(Pod pod) {
        return otherThanWished(pod).orElse(pod);
    }

    /** The pod with the resources granted to it; empty where those are its own. */
    Optional<Pod> otherThanWished(Pod pod) {
        return granted.get(uid(pod)).flatMap(a -> a.appliedTo(pod));
    }

    /** The node has taken a pod with these resources. */
    public void admitted(Pod pod) {
        PodAllocation allocation = PodAllocation.of(pod);
        granted.note(uid(pod), allocation);
        if (actuated.get(uid(pod)).isEmpty()) {
            actuated.note(uid(pod), allocation);
        }
    }

    /** The node has granted a running pod other resources. */
    void grant(Pod pod) {
        granted.put(uid(pod), PodAllocation.of(pod));
    }

    /** What has been carried out of the pod's resources; empty if it was never admitted. */
    public Optional<PodAllocation> actuated(String uid) {
        return actuated.get(uid);
    }

    /**
     * A container runs with these resources from now on.
     *
     * @param pod with granted resources
     */
    public void containerHas(Pod pod, String name, ResourceRequirements resources) {
        ResourceRequirements effective =
                withPodLimits(resources, Optional.ofNullable(pod.getSpec().getResources()));
        actuated.update(uid(pod), a -> a.with(name, effective));
    }

    /** A container has been started with what the pod's spec says of it. */
    public void containerStarted(Pod pod, Container container) {
        containerHas(
                pod,
                container.getName(),
                Optional.ofNullable(container.getResources()).orElse(PodAllocation.NOTHING));
    }

    /** The pod's group has been made with all the pod's resources. */
    public void podHas(Pod pod) {
        actuated.update(
                uid(pod), a -> a.withPodLevel(Optional.ofNullable(pod.getSpec().getResources())));
    }

    /** One resource of the pod as a whole has been carried out. */
    public void podHas(Pod pod, ResizeStep.Resource resource) {
        ResourceRequirements wanted = pod.getSpec().getResources();
        if (wanted == null) {
            return;
        }
        String name =
                switch (resource) {
                    case MEMORY -> "memory";
                    case CPU -> "cpu";
                };
        actuated.update(
                uid(pod), a -> a.withPodLevel(Optional.of(with(a.podLevel(), wanted, name))));
    }

    private static ResourceRequirements with(
            Optional<ResourceRequirements> now, ResourceRequirements wanted, String name) {
        ResourceRequirements old = now.orElse(PodAllocation.NOTHING);
        ResourceRequirements next = new ResourceRequirements();
        next.setRequests(with(old.getRequests(), wanted.getRequests(), name));
        next.setLimits(with(old.getLimits(), wanted.getLimits(), name));
        return next;
    }

    private static Map<String, Quantity> with(
            @Nullable Map<String, Quantity> now,
            @Nullable Map<String, Quantity> wanted,
            String name) {
        Map<String, Quantity> next = new LinkedHashMap<>(now == null ? Map.of() : now);
        Quantity amount = wanted == null ? null : wanted.get(name);
        if (amount == null) {
            next.remove(name);
        } else {
            next.put(name, amount);
        }
        return next;
    }

    /** A container without a limit of its own has that of its pod. */
    private static ResourceRequirements withPodLimits(
            ResourceRequirements own, Optional<ResourceRequirements> podLevel) {
        Map<String, Quantity> limits =
                new LinkedHashMap<>(own.getLimits() == null ? Map.of() : own.getLimits());
        Map<String, Quantity> podLimits =
                podLevel.map(ResourceRequirements::getLimits).orElse(Map.of());
        for (String name : new String[] {"cpu", "memory"}) {
            Quantity limit = podLimits.get(name);
            if (limit != null) {
                limits.putIfAbsent(name, limit);
            }
        }
        ResourceRequirements all = new ResourceRequirements();
        all.setRequests(own.getRequests());
        all.setLimits(limits);
        return all;
    }

    /** Nothing of the pod is left. */
    public void forget(String uid) {
        granted.remove(uid);
        actuated.remove(uid);
    }

    /** Forgets pods that went while the kubelet was down. */
    void retainOnly(Set<String> uids) {
        granted.retainOnly(uids);
        actuated.retainOnly(uids);
    }

    /** Saves what could wait. */
    void flush() {
        granted.flush();
        actuated.flush();
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }
}
