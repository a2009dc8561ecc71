package dev.caravel.kubelet.allocation;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;

/** Pods of one container {@code web} whose requests equal its limits. */
public final class ResizePods {
    private ResizePods() {}

    public static Pod pod(String uid, String cpu, String memory) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(uid)
                .withNamespace("ns")
                .withUid(uid)
                .withGeneration(1L)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage("img")
                .withResources(resources(cpu, memory))
                .endContainer()
                .endSpec()
                .build();
    }

    public static ResourceRequirements resources(String cpu, String memory) {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", Quantity.parse(cpu))
                .addToRequests("memory", Quantity.parse(memory))
                .addToLimits("cpu", Quantity.parse(cpu))
                .addToLimits("memory", Quantity.parse(memory))
                .build();
    }
}
