package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.admission.AdmissionVerdict.Rejected;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Features that a pod needs and a node must have declared (KEP-5328). Only those that a pod's spec
 * shows; the others concern updates or the API server.
 */
final class DeclaredFeatures {
    private DeclaredFeatures() {}

    static Optional<Rejected> check(AdmissionInput input) {
        if (!input.facts().gate("NodeDeclaredFeatures")) {
            return Optional.empty();
        }
        List<String> missing = new ArrayList<>(needed(input.pod()));
        missing.removeAll(input.declaredFeatures());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Rejected.of(
                                "PodFeatureUnsupported",
                                "Pod requires node features that are not available: "
                                        + String.join(", ", missing)));
    }

    private static List<String> needed(Pod pod) {
        List<String> needed = new ArrayList<>();
        if (RestartPolicies.mayRestartAll(pod)) {
            needed.add("RestartAllContainersOnContainerExits");
        }
        boolean hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        if (hostNetwork && Boolean.FALSE.equals(pod.getSpec().getHostUsers())) {
            needed.add("UserNamespacesHostNetworkSupport");
        }
        if (hasBindMountOptions(pod)) {
            needed.add("VolumeBindMountOptions");
        }
        return needed;
    }

    private static boolean hasBindMountOptions(Pod pod) {
        return PodContainer.all(pod).stream()
                .flatMap(c -> c.spec().getVolumeMounts().stream())
                .anyMatch(mount ->
                        mount.getBindMountOptions() != null
                                && !mount.getBindMountOptions().isEmpty());
    }
}
