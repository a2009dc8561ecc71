package dev.caravel.kubelet.facts;

import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything about this node that building a pod depends on.
 *
 * @param nodeName name of the Node object
 * @param hostname what the kernel calls the machine
 * @param nodeIps addresses of the node, primary first, at most one of each family; they decide
 *     which family of a pod's addresses is the primary one
 * @param paths where things lie on disk
 * @param dns what pods get as resolver configuration
 * @param cgroups how cgroups are driven
 * @param capacity what the node has and what pods may use of it
 * @param cpu CPU quota settings
 * @param memory swap, out-of-memory and memory quality-of-service settings
 * @param security defaults and abilities that confine containers
 * @param runtime abilities of the container runtime
 * @param podPidsLimit processes a pod may have, below 1 for no limit
 * @param gates the names of the feature gates that are on
 */
public record NodeFacts(
        String nodeName,
        String hostname,
        List<String> nodeIps,
        NodePaths paths,
        DnsFacts dns,
        CgroupFacts cgroups,
        CapacityFacts capacity,
        CpuFacts cpu,
        MemoryFacts memory,
        SecurityFacts security,
        RuntimeFacts runtime,
        long podPidsLimit,
        Set<String> gates) {
    /** The same node with other resources for pods. */
    public NodeFacts withAllocatable(Map<String, Quantity> allocatable) {
        CapacityFacts changed =
                new CapacityFacts(
                        capacity.capacity(),
                        allocatable,
                        capacity.memoryBytes(),
                        capacity.swapBytes(),
                        capacity.pageBytes(),
                        capacity.hugePageSizes());
        return new NodeFacts(
                nodeName,
                hostname,
                nodeIps,
                paths,
                dns,
                cgroups,
                changed,
                cpu,
                memory,
                security,
                runtime,
                podPidsLimit,
                gates);
    }

    public NodeFacts {
        nodeIps = List.copyOf(nodeIps);
        gates = Set.copyOf(gates);
    }

    /** Whether the feature gate of that name is on. */
    public boolean gate(String name) {
        return gates.contains(name);
    }

    /**
     * Directories of the kubelet.
     *
     * @param root {@code /var/lib/kubelet}
     * @param podLogs {@code /var/log/pods}
     */
    public record NodePaths(Path root, Path podLogs) {

        /** {@code <root>/pods/<uid>}, the directory of one pod. */
        public Path pod(String uid) {
            return root.resolve("pods").resolve(uid);
        }

        /** Where a container's termination messages lie. */
        public Path podContainer(String uid, String container) {
            return pod(uid).resolve("containers").resolve(container);
        }

        /** The hosts file every container of the pod sees as {@code /etc/hosts}. */
        public Path etcHosts(String uid) {
            return pod(uid).resolve("etc-hosts");
        }

        /** Where {@code Localhost} seccomp profiles are looked up. */
        public Path seccompProfiles() {
            return root.resolve("seccomp");
        }
    }
}
