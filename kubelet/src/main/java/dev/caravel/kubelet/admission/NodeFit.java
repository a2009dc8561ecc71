package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.admission.AdmissionVerdict.Admitted;
import dev.caravel.kubelet.admission.AdmissionVerdict.AfterPreempting;
import dev.caravel.kubelet.admission.AdmissionVerdict.Rejected;
import dev.caravel.kubelet.resources.Criticality;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a pod fits on the node: resources, node affinity, node name, ports, taints. A critical
 * pod that only lacks resources takes them from others.
 */
final class NodeFit {
    private NodeFit() {}

    static AdmissionVerdict check(AdmissionInput input, Node node) {
        List<Shortage> shortages =
                Shortage.of(input.pod(), input.others(), input.facts().capacity().allocatable());
        List<Rejected> others = predicates(input, node, shortages.isEmpty());
        if (Criticality.isCritical(input.pod()) && others.isEmpty() && !shortages.isEmpty()) {
            return preempting(input, shortages);
        }
        if (!shortages.isEmpty() && !Criticality.isCritical(input.pod())) {
            Shortage first = shortages.getFirst();
            return Rejected.of("OutOf" + first.resource(), first.message());
        }
        return others.isEmpty() ? new Admitted() : others.getFirst();
    }

    private static AdmissionVerdict preempting(AdmissionInput input, List<Shortage> shortages) {
        Optional<List<Pod>> victims = Preemption.victims(input.pod(), input.others(), shortages);
        if (victims.isEmpty()) {
            return Rejected.of(
                    "UnexpectedAdmissionError",
                    "Unexpected error while attempting to recover from admission failure:"
                            + " preemption: error finding a set of pods to preempt: no set of"
                            + " running pods found to reclaim resources: "
                            + Shortage.text(shortages));
        }
        return new AfterPreempting(victims.get(), shortages.getFirst().resource());
    }

    private static List<Rejected> predicates(
            AdmissionInput input, Node node, boolean hasResources) {
        Pod pod = input.pod();
        List<Rejected> failed = new ArrayList<>();
        String wanted = pod.getSpec().getNodeName();
        if (wanted != null && !wanted.isEmpty() && !wanted.equals(node.getMetadata().getName())) {
            failed.add(failure("NodeName", "node(s) didn't match the requested node name"));
        }
        if (!HostPorts.areFree(pod, input.others())) {
            failed.add(
                    failure(
                            "NodePorts",
                            "node(s) didn't have free ports for the requested pod ports"));
        }
        if (!Criticality.isStatic(pod) && hasUntoleratedTaint(input, node)) {
            failed.add(
                    failure("TaintToleration", "node(s) had taints that the pod didn't tolerate"));
        }
        if (!NodeAffinityRule.matches(pod, node)) {
            boolean alone = failed.isEmpty() && hasResources;
            Rejected affinity =
                    failure("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
            failed.addFirst(new Rejected(affinity.reason(), affinity.message(), alone));
        }
        return failed;
    }

    /** Only taints that would drive the pod away again. */
    private static boolean hasUntoleratedTaint(AdmissionInput input, Node node) {
        List<Taint> taints = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        return taints.stream()
                .filter(taint -> "NoExecute".equals(taint.getEffect()))
                .anyMatch(taint -> !Tolerations.tolerate(input.pod(), taint, input.facts()));
    }

    private static Rejected failure(String predicate, String why) {
        return Rejected.of(predicate, "Predicate " + predicate + " failed: " + why);
    }
}
