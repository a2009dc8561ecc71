package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.admission.AdmissionVerdict.Admitted;
import dev.caravel.kubelet.admission.AdmissionVerdict.Rejected;
import dev.caravel.kubelet.resources.Criticality;
import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Qos;
import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rules in upstream's order. Devices, CPUs and memory nodes are allocated between the two
 * halves, so that a pod rejected early takes nothing.
 */
public final class AdmissionRules {
    private static final String OS_LABEL = "kubernetes.io/os";
    private static final String LINUX = "linux";
    private static final String MEMORY_PRESSURE = "MemoryPressure";

    private static final Taint MEMORY_PRESSURE_TAINT =
            new TaintBuilder()
                    .withKey("node.kubernetes.io/memory-pressure")
                    .withEffect("NoSchedule")
                    .build();

    private AdmissionRules() {}

    /** Both halves, for a node whose policies allocate nothing. */
    public static AdmissionVerdict check(AdmissionInput input) {
        AdmissionVerdict early = beforeAllocation(input);
        return early instanceof Admitted ? afterAllocation(input) : early;
    }

    /** Pressure and sysctls; never preempts. */
    public static AdmissionVerdict beforeAllocation(AdmissionInput input) {
        return firstRejection(input, List.of(AdmissionRules::pressure, SysctlAllowlist::check));
    }

    /** Everything else; what was allocated is to be given back unless the pod is admitted. */
    public static AdmissionVerdict afterAllocation(AdmissionInput input) {
        if (input.node().isEmpty()) {
            return Rejected.of("InvalidNodeInfo", "Kubelet cannot get node info.");
        }
        AdmissionVerdict features =
                firstRejection(
                        input,
                        List.of(AdmissionRules::operatingSystem, AdmissionRules::groupsPolicy));
        if (!(features instanceof Admitted)) {
            return features;
        }
        AdmissionVerdict fit = NodeFit.check(input, input.node().get());
        AdmissionVerdict rest =
                firstRejection(
                        input,
                        List.of(
                                AppArmorRule::check,
                                AdmissionRules::podLevelResources,
                                DeclaredFeatures::check,
                                AdmissionRules::shutdown));
        // Nobody is preempted for a pod that would be rejected anyway.
        return fit instanceof Rejected || rest instanceof Admitted ? fit : rest;
    }

    private static AdmissionVerdict firstRejection(
            AdmissionInput input, List<Function<AdmissionInput, Optional<Rejected>>> rules) {
        for (Function<AdmissionInput, Optional<Rejected>> rule : rules) {
            Optional<Rejected> rejected = rule.apply(input);
            if (rejected.isPresent()) {
                return rejected.get();
            }
        }
        return new Admitted();
    }

    /** Memory pressure alone concerns only those that promised nothing about their memory. */
    private static Optional<Rejected> pressure(AdmissionInput input) {
        if (input.pressures().isEmpty() || Criticality.isCritical(input.pod())) {
            return Optional.empty();
        }
        if (input.pressures().equals(List.of(MEMORY_PRESSURE))
                && (Qos.of(input.pod()) != QosClass.BEST_EFFORT
                        || Tolerations.tolerate(
                                input.pod(), MEMORY_PRESSURE_TAINT, input.facts()))) {
            return Optional.empty();
        }
        return Optional.of(
                Rejected.of(
                        "Evicted",
                        "The node had condition: [" + String.join(" ", input.pressures()) + "]. "));
    }

    private static Optional<Rejected> operatingSystem(AdmissionInput input) {
        Map<String, String> labels = input.pod().getMetadata().getLabels();
        if (labels != null && !labels.getOrDefault(OS_LABEL, LINUX).equals(LINUX)) {
            return Optional.of(
                    Rejected.of(
                            "PodOSSelectorNodeLabelDoesNotMatch",
                            "Failed to admit pod as the `kubernetes.io/os` label doesn't match"
                                    + " node label"));
        }
        boolean other =
                input.pod().getSpec().getOs() != null
                        && !LINUX.equals(input.pod().getSpec().getOs().getName());
        return other
                ? Optional.of(
                        Rejected.of(
                                "PodOSNotSupported",
                                "Failed to admit pod as the OS field doesn't match node OS"))
                : Optional.empty();
    }

    private static Optional<Rejected> groupsPolicy(AdmissionInput input) {
        PodSecurityContext common = input.pod().getSpec().getSecurityContext();
        boolean strict = common != null && "Strict".equals(common.getSupplementalGroupsPolicy());
        boolean supported = input.facts().runtime().supplementalGroupsPolicy();
        return strict && !supported
                ? Optional.of(
                        Rejected.of(
                                "SupplementalGroupsPolicyNotSupported",
                                "SupplementalGroupsPolicy=Strict is not supported in this node"))
                : Optional.empty();
    }

    private static Optional<Rejected> podLevelResources(AdmissionInput input) {
        Pod pod = input.pod();
        return PodResources.hasPodLevelResources(pod) && !input.facts().gate("PodLevelResources")
                ? Optional.of(
                        Rejected.of(
                                "PodLevelResourcesNotSupported",
                                "PodLevelResources feature gate is disabled"))
                : Optional.empty();
    }

    private static Optional<Rejected> shutdown(AdmissionInput input) {
        return input.shuttingDown()
                ? Optional.of(
                        Rejected.of(
                                "NodeShutdown", "Pod was rejected as the node is shutting down."))
                : Optional.empty();
    }
}
