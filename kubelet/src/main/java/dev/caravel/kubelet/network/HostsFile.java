package dev.caravel.kubelet.network;

import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code /etc/hosts} that the containers of a pod see (contract 5.13). */
public final class HostsFile {
    /** Where containers see it. */
    public static final String CONTAINER_PATH = "/etc/hosts";

    private static final String HEADER = "# Kubernetes-managed hosts file.\n";
    private static final String HOST_NETWORK_HEADER =
            "# Kubernetes-managed hosts file (host network).\n";
    private static final String FIXED_ENTRIES =
            """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """;

    private HostsFile() {}

    /**
     * Whether a container gets the file: not while its pod has no address, nor when a volume stands
     * in its place.
     */
    public static boolean isMounted(Pod pod, List<VolumeMount> mounts, List<String> podIps) {
        boolean addressed = !podIps.isEmpty() || isHostNetwork(pod);
        return addressed && mounts.stream().noneMatch(m -> CONTAINER_PATH.equals(m.getMountPath()));
    }

    /** The file of a pod with a network of its own. */
    public static String ofPod(Pod pod, Hostnames.Name name, List<String> podIps) {
        StringBuilder text = new StringBuilder(HEADER).append(FIXED_ENTRIES);
        for (String ip : podIps) {
            text.append(ip).append('\t');
            if (!name.domain().isEmpty()) {
                text.append(name.host()).append('.').append(name.domain()).append('\t');
            }
            text.append(name.host()).append('\n');
        }
        return appendAliases(text, pod.getSpec().getHostAliases()).toString();
    }

    /**
     * The file of a pod on the host's network.
     *
     * @param nodeFile content of the node's own file
     */
    public static String ofHostNetwork(Pod pod, String nodeFile) {
        StringBuilder text = new StringBuilder(HOST_NETWORK_HEADER).append(nodeFile);
        return appendAliases(text, pod.getSpec().getHostAliases()).toString();
    }

    /** Whether the pod uses the node's network. */
    public static boolean isHostNetwork(Pod pod) {
        Boolean hostNetwork = pod.getSpec().getHostNetwork();
        return hostNetwork != null && hostNetwork;
    }

    private static StringBuilder appendAliases(
            StringBuilder text, @Nullable List<HostAlias> aliases) {
        if (aliases == null || aliases.isEmpty()) {
            return text;
        }
        text.append("\n# Entries added by HostAliases.\n");
        for (HostAlias alias : aliases) {
            text.append(alias.getIp())
                    .append('\t')
                    .append(String.join("\t", alias.getHostnames()))
                    .append('\n');
        }
        return text;
    }
}
