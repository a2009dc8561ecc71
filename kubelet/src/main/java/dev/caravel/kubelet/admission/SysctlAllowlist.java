package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.admission.AdmissionVerdict.Rejected;
import dev.caravel.kubelet.facts.KernelVersion;
import dev.caravel.kubelet.facts.SecurityFacts;
import dev.caravel.kubelet.spec.Sysctls;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which sysctls pods may set: the safe ones, which stay inside the pod's namespaces and disturb
 * nobody, and those the administrator allows. Neither in a namespace shared with the host.
 */
public final class SysctlAllowlist {
    private static final KernelVersion ALWAYS = new KernelVersion(0, 0);

    /** Safe sysctls by the kernel that made them so. */
    private static final Map<String, KernelVersion> SAFE =
            Map.ofEntries(
                    Map.entry("kernel.shm_rmid_forced", ALWAYS),
                    Map.entry("net.ipv4.ip_local_port_range", ALWAYS),
                    Map.entry("net.ipv4.tcp_syncookies", ALWAYS),
                    Map.entry("net.ipv4.ping_group_range", ALWAYS),
                    Map.entry("net.ipv4.ip_unprivileged_port_start", ALWAYS),
                    Map.entry("net.ipv4.ip_local_reserved_ports", new KernelVersion(3, 16)),
                    Map.entry("net.ipv4.tcp_keepalive_time", new KernelVersion(4, 5)),
                    Map.entry("net.ipv4.tcp_keepalive_intvl", new KernelVersion(4, 5)),
                    Map.entry("net.ipv4.tcp_keepalive_probes", new KernelVersion(4, 5)),
                    Map.entry("net.ipv4.tcp_fin_timeout", new KernelVersion(4, 6)),
                    Map.entry("net.ipv4.tcp_notsent_lowat", new KernelVersion(4, 6)),
                    Map.entry("net.ipv4.tcp_rmem", new KernelVersion(4, 15)),
                    Map.entry("net.ipv4.tcp_wmem", new KernelVersion(4, 15)),
                    Map.entry("net.ipv4.tcp_slow_start_after_idle", new KernelVersion(4, 15)));

    private static final List<String> IPC =
            List.of(
                    "kernel.sem",
                    "kernel.shm",
                    "kernel.shmall",
                    "kernel.shmmax",
                    "kernel.shmmni",
                    "kernel.shm_rmid_forced",
                    "kernel.msg",
                    "kernel.msgmax",
                    "kernel.msgmnb",
                    "kernel.msgmni");

    private SysctlAllowlist() {}

    /** The namespaces of the kernel that hold sysctls, in upstream's words. */
    private enum Namespace {
        IPC("IPC"),
        NET("Net"),
        UTS("UTS"),
        USER("User");

        private final String text;

        Namespace(String text) {
            this.text = text;
        }
    }

    /**
     * What is wrong with the patterns of {@code allowedUnsafeSysctls}: the kubelet does not start
     * with one that is not known to be namespaced.
     */
    public static List<String> problems(List<String> patterns) {
        List<String> problems = new ArrayList<>();
        for (String pattern : patterns) {
            String prefix = prefix(pattern);
            if (namespace(prefix).isEmpty()) {
                problems.add("the sysctls \"" + prefix + "\" are not known to be namespaced");
            }
        }
        return problems;
    }

    static Optional<Rejected> check(AdmissionInput input) {
        PodSpec spec = input.pod().getSpec();
        if (spec.getSecurityContext() == null || spec.getSecurityContext().getSysctls() == null) {
            return Optional.empty();
        }
        for (Sysctl sysctl : spec.getSecurityContext().getSysctls()) {
            Optional<String> problem =
                    problem(Sysctls.normalize(sysctl.getName()), spec, input.facts().security());
            if (problem.isPresent()) {
                return Optional.of(
                        Rejected.of("SysctlForbidden", "forbidden sysctl: " + problem.get()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problem(String name, PodSpec spec, SecurityFacts security) {
        if (!isAllowed(name, security)) {
            return Optional.of("\"" + name + "\" not allowlisted");
        }
        return namespace(name)
                .filter(namespace -> isShared(namespace, spec))
                .map(namespace ->
                        "\"" + name + "\" not allowed with host " + namespace.text + " enabled");
    }

    private static boolean isAllowed(String name, SecurityFacts security) {
        KernelVersion since = SAFE.get(name);
        if (since != null && security.kernelVersion().compareTo(since) >= 0) {
            return true;
        }
        return security.allowedUnsafeSysctls().stream()
                .anyMatch(pattern ->
                        pattern.indexOf('*') < 0
                                ? name.equals(Sysctls.normalize(pattern))
                                : name.startsWith(prefix(pattern)));
    }

    private static boolean isShared(Namespace namespace, PodSpec spec) {
        return switch (namespace) {
            case IPC -> isSet(spec.getHostIPC());
            case NET -> isSet(spec.getHostNetwork());
            case USER -> spec.getHostUsers() == null || spec.getHostUsers();
            case UTS -> false;
        };
    }

    private static String prefix(String pattern) {
        String normal = Sysctls.normalize(pattern);
        int star = normal.indexOf('*');
        return star < 0 ? normal : normal.substring(0, star);
    }

    private static Optional<Namespace> namespace(String name) {
        if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
            return Optional.of(Namespace.IPC);
        }
        if (name.startsWith("net.")) {
            return Optional.of(Namespace.NET);
        }
        if (name.startsWith("user.")) {
            return Optional.of(Namespace.USER);
        }
        return name.equals("kernel.domainname") ? Optional.of(Namespace.UTS) : Optional.empty();
    }

    private static boolean isSet(Boolean flag) {
        return flag != null && flag;
    }
}
