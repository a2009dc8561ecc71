package dev.caravel.proxy.node;

import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.config.proxy.LocalMode;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/** Settings that do not fit the node's address families (kube-proxy.md §2.1). Pure. */
public final class FamilyChecks {
    /**
     * What was found.
     *
     * @param complaints all of it
     * @param fatal whether the proxy must not start
     */
    public record Result(List<String> complaints, boolean fatal) {
        public Result {
            complaints = List.copyOf(complaints);
        }
    }

    private FamilyChecks() {}

    /** Looks for settings that only name the family the node does not have first. */
    public static Result check(
            KubeProxyConfiguration config,
            List<String> podCidrs,
            IpFamily primary,
            boolean dualStack) {
        IpFamily wrong = primary.other();
        String cluster = primary + (dualStack ? "-primary" : "-only");
        List<String> complaints = new ArrayList<>();
        boolean fatal = false;
        if (allOf(config.clusterCIDRs(), wrong)) {
            complaints.add(
                    "cluster is "
                            + cluster
                            + " but clusterCIDRs contains only "
                            + wrong
                            + " addresses");
            fatal = config.detectLocalMode() == LocalMode.CLUSTER_CIDR && !dualStack;
        }
        if (allOf(podCidrs, wrong)) {
            complaints.add(
                    "cluster is "
                            + cluster
                            + " but node.spec.podCIDRs contains only "
                            + wrong
                            + " addresses");
            fatal |= config.detectLocalMode() == LocalMode.NODE_CIDR;
        }
        return new Result(complaints, fatal);
    }

    /** What to know about node ports; never fatal. */
    public static List<String> nodePorts(KubeProxyConfiguration config, IpFamily primary) {
        List<String> configured = config.nodePortAddresses();
        if (configured.isEmpty()) {
            return List.of(
                    "nodePortAddresses is unset; NodePort connections will be accepted on all"
                            + " local IPs. Consider using `--nodeport-addresses primary`");
        }
        if (allOf(configured, primary.other())) {
            return List.of(
                    "cluster appears to be "
                            + primary
                            + "-primary but nodePortAddresses contains only "
                            + primary.other()
                            + " addresses; NodePort connections will be accepted on all local "
                            + primary
                            + " IPs");
        }
        return List.of();
    }

    private static boolean allOf(List<String> cidrs, IpFamily family) {
        return !cidrs.isEmpty()
                && cidrs.stream()
                        .allMatch(text ->
                                IpPrefix.parse(text.strip())
                                        .filter(p -> p.family() == family)
                                        .isPresent());
    }
}
