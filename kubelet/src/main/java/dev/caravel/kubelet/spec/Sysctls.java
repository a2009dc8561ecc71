package dev.caravel.kubelet.spec;

import dev.caravel.kubelet.facts.NodeFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The kernel parameters set in a pod's namespaces. */
public final class Sysctls {
    private static final Set<String> IPC =
            Set.of(
                    "kernel.msgmax",
                    "kernel.msgmnb",
                    "kernel.msgmni",
                    "kernel.sem",
                    "kernel.shmall",
                    "kernel.shmmax",
                    "kernel.shmmni",
                    "kernel.shm_rmid_forced");

    private Sysctls() {}

    /** The node's defaults, where they do not reach the host, then what the pod asks for. */
    static Map<String, String> of(Pod pod, NodeFacts node) {
        Map<String, String> sysctls = new HashMap<>();
        if (node.gate("DefaultPodSysctls")) {
            node.security()
                    .defaultPodSysctls()
                    .forEach((name, value) -> {
                        String normal = normalize(name);
                        if (isPrivateTo(pod.getSpec(), normal)) {
                            sysctls.put(normal, value);
                        }
                    });
        }
        if (pod.getSpec().getSecurityContext() != null
                && pod.getSpec().getSecurityContext().getSysctls() != null) {
            for (Sysctl sysctl : pod.getSpec().getSecurityContext().getSysctls()) {
                sysctls.put(normalize(sysctl.getName()), sysctl.getValue());
            }
        }
        return sysctls;
    }

    /**
     * The name with dots between its parts. In the form with slashes a dot belongs to a part (e.g.
     * an interface {@code eth0.1}) and becomes a slash (sysctl.d(5)).
     */
    public static String normalize(String name) {
        int separator = firstSeparator(name);
        if (separator < 0 || name.charAt(separator) == '.') {
            return name;
        }
        StringBuilder normal = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            normal.append(c == '/' ? '.' : c == '.' ? '/' : c);
        }
        return normal.toString();
    }

    private static int firstSeparator(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '.' || name.charAt(i) == '/') {
                return i;
            }
        }
        return -1;
    }

    private static boolean isPrivateTo(PodSpec spec, String name) {
        if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
            return !PodNamespaces.isSet(spec.getHostIPC());
        }
        if (name.startsWith("net.")) {
            return !PodNamespaces.isSet(spec.getHostNetwork());
        }
        if (name.startsWith("user.")) {
            return spec.getHostUsers() != null && !spec.getHostUsers();
        }
        return name.equals("kernel.domainname") && !PodNamespaces.isSet(spec.getHostNetwork());
    }
}
