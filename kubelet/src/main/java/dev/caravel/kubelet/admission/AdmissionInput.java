package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.facts.NodeFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an admission is decided from.
 *
 * @param pod with the resources that would be allocated to it
 * @param others active pods on the node, with the resources allocated to them
 * @param node the Node object, empty when it is not known
 * @param facts the node as the kubelet knows it; its allocatable resources count, the number of
 *     pods among them
 * @param declaredFeatures what this kubelet declares in {@code node.status.declaredFeatures}
 * @param pressures pressure conditions that are true, e.g. {@code MemoryPressure}
 * @param shuttingDown whether the machine is about to go down
 */
public record AdmissionInput(
        Pod pod,
        List<Pod> others,
        Optional<Node> node,
        NodeFacts facts,
        Set<String> declaredFeatures,
        List<String> pressures,
        boolean shuttingDown) {
    public AdmissionInput {
        others = List.copyOf(others);
        declaredFeatures = Set.copyOf(declaredFeatures);
        pressures = List.copyOf(pressures);
    }
}
