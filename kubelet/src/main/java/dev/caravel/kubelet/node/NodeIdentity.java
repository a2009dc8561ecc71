package dev.caravel.kubelet.node;

import dev.caravel.config.kubelet.Taint;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What configuration says about the Node object; fixed while the process runs.
 *
 * @param nodeName name of the Node object
 * @param hostname what the kernel calls the machine, or {@code --hostname-override}
 * @param labels of {@code --node-labels}
 * @param taints set when the Node is created, and never again
 * @param externalCloud whether a cloud controller completes the Node
 * @param controllerAttachDetach whether volumes are attached by the controller
 * @param providerId name at the cloud provider; empty for none
 * @param nodeIps of {@code --node-ip}, at most two; an unspecified address prefers its family
 * @param maxPods most pods
 * @param podsPerCore most pods for each CPU, 0 for no such limit
 * @param maxImages images listed in the status, negative for all
 * @param kubeletPort port of the kubelet's API
 * @param kubeletVersion as in {@code kubelet --version}, e.g. {@code v1.37.2}
 * @param localStorage whether ephemeral storage is a resource here
 * @param declaredFeatures what admission of the cluster may rely on, see {@link DeclaredFeatures}
 */
public record NodeIdentity(
        String nodeName,
        String hostname,
        Map<String, String> labels,
        List<Taint> taints,
        boolean externalCloud,
        boolean controllerAttachDetach,
        Optional<String> providerId,
        List<InetAddress> nodeIps,
        int maxPods,
        int podsPerCore,
        int maxImages,
        int kubeletPort,
        String kubeletVersion,
        boolean localStorage,
        List<String> declaredFeatures) {

    public NodeIdentity {
        labels = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        taints = List.copyOf(taints);
        nodeIps = List.copyOf(nodeIps);
        declaredFeatures = List.copyOf(declaredFeatures);
    }
}
