package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.admission.AdmissionVerdict.Rejected;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.spec.AppArmor;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pod that asks for AppArmor must not run where it cannot be had. */
final class AppArmorRule {
    private static final String UNCONFINED = "Unconfined";

    private AppArmorRule() {}

    /** Checked before the pod runs, not for one that this kubelet finds running. */
    static Optional<Rejected> check(AdmissionInput input) {
        Pod pod = input.pod();
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        boolean pending = phase == null || phase.isEmpty() || phase.equals("Pending");
        if (!pending || !isRequired(pod)) {
            return Optional.empty();
        }
        if (!input.facts().security().appArmorEnabled()) {
            return rejected("AppArmor is not enabled on the host");
        }
        boolean nameless = profiles(pod).anyMatch(AppArmorRule::isNameless);
        boolean emptyAnnotation =
                annotations(pod).values().stream().anyMatch(v -> v.strip().equals("localhost/"));
        return nameless || emptyAnnotation
                ? rejected("invalid empty AppArmor profile name")
                : Optional.empty();
    }

    private static Optional<Rejected> rejected(String why) {
        return Optional.of(Rejected.of("AppArmor", "Cannot enforce AppArmor: " + why));
    }

    private static boolean isRequired(Pod pod) {
        return profiles(pod).anyMatch(profile -> !UNCONFINED.equals(profile.getType()))
                || annotations(pod).values().stream().anyMatch(v -> !v.equals("unconfined"));
    }

    private static boolean isNameless(AppArmorProfile profile) {
        String name = profile.getLocalhostProfile();
        return "Localhost".equals(profile.getType()) && (name == null || name.isBlank());
    }

    private static Stream<AppArmorProfile> profiles(Pod pod) {
        Stream<@Nullable AppArmorProfile> ofContainers =
                PodContainer.all(pod).stream()
                        .map(PodContainer::spec)
                        .map(c ->
                                c.getSecurityContext() == null
                                        ? null
                                        : c.getSecurityContext().getAppArmorProfile());
        AppArmorProfile ofPod =
                pod.getSpec().getSecurityContext() == null
                        ? null
                        : pod.getSpec().getSecurityContext().getAppArmorProfile();
        return Stream.concat(Stream.ofNullable(ofPod), ofContainers.flatMap(Stream::ofNullable));
    }

    private static Map<String, String> annotations(Pod pod) {
        Map<String, String> all = pod.getMetadata().getAnnotations();
        if (all == null) {
            return Map.of();
        }
        Map<String, String> own = new HashMap<>(all);
        own.keySet().removeIf(key -> !key.startsWith(AppArmor.ANNOTATION_PREFIX));
        return own;
    }
}
