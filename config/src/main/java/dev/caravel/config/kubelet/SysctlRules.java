package dev.caravel.config.kubelet;

import dev.caravel.config.document.Violations;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Rules for the sysctls that pods may set or get by default: only those the kernel keeps apart for
 * pods.
 */
final class SysctlRules {

    private static final int LONGEST = 253;
    private static final String SEGMENT = "[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?";
    private static final String NAME = "(?:" + SEGMENT + "[./])*" + SEGMENT;
    private static final String PATTERN =
            "(?:" + SEGMENT + "[./])*(?:[a-z0-9][-_a-z0-9]*)?[a-z0-9*]";
    private static final Set<String> NAMESPACED =
            Set.of(
                    "kernel.domainname",
                    "kernel.sem",
                    "kernel.shmall",
                    "kernel.shmmax",
                    "kernel.shmmni",
                    "kernel.shm_rmid_forced",
                    "kernel.shm",
                    "kernel.msgmax",
                    "kernel.msgmnb",
                    "kernel.msgmni",
                    "kernel.msg");
    private static final List<String> NAMESPACED_PREFIXES = List.of("net.", "fs.mqueue.", "user.");

    private SysctlRules() {}

    static void check(KubeletConfiguration config, FeatureGates gates, Violations out) {
        List<String> allowed = config.allowedUnsafeSysctls();
        for (int at = 0; at < allowed.size(); at++) {
            String path = "allowedUnsafeSysctls[" + at + "]";
            boolean valid = matches(PATTERN, allowed.get(at));
            out.when(!valid, path, "must be a sysctl name, * at its end matches a prefix");
            out.when(
                    valid && !isNamespaced(allowed.get(at)),
                    path,
                    "is not kept apart for each pod by the kernel");
        }
        if (config.defaultPodSysctls().isEmpty()) {
            return;
        }
        out.when(
                !gates.enabled(Gate.DefaultPodSysctls),
                "defaultPodSysctls",
                "needs the feature gate DefaultPodSysctls");
        Set<String> seen = new HashSet<>();
        for (String name : config.defaultPodSysctls().keySet()) {
            String path = "defaultPodSysctls." + name;
            boolean valid = matches(NAME, name);
            out.when(!valid, path, "must be a sysctl name");
            out.when(
                    valid && !isNamespaced(name),
                    path,
                    "is not kept apart for each pod by the kernel");
            out.when(!seen.add(dotted(name)), path, "is the same sysctl as another one");
        }
    }

    private static boolean matches(String pattern, String name) {
        return name.length() <= LONGEST && Pattern.matches(pattern, name);
    }

    private static boolean isNamespaced(String pattern) {
        String name = dotted(pattern);
        int star = name.indexOf('*');
        String fixed = star < 0 ? name : name.substring(0, star);
        return NAMESPACED.contains(fixed)
                || NAMESPACED_PREFIXES.stream().anyMatch(fixed::startsWith);
    }

    /** Whichever of dot and slash comes first separates; a slash-separated name may hold dots. */
    private static String dotted(String name) {
        int separator = 0;
        while (separator < name.length()
                && name.charAt(separator) != '.'
                && name.charAt(separator) != '/') {
            separator++;
        }
        if (separator == name.length() || name.charAt(separator) == '.') {
            return name;
        }
        StringBuilder swapped = new StringBuilder(name);
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            swapped.setCharAt(at, c == '.' ? '/' : c == '/' ? '.' : c);
        }
        return swapped.toString();
    }
}
