package dev.caravel.proxy.iptables;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftHook;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.proxy.compile.NodePortAddresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is there whatever services there are (kube-proxy.md §6.2, §6.3). Pure. */
final class IptFixed {
    private static final String LAST =
            "kubernetes service nodeports; NOTE: this must be the last rule in this chain";

    /**
     * A rule in one of the kernel's chains that leads to one of ours.
     *
     * @param table where
     * @param from the kernel's chain
     * @param to our chain
     * @param comment empty for none
     * @param newOnly only for the first packet of a connection
     */
    record Jump(String table, String from, String to, String comment, boolean newOnly) {}

    private static final List<Jump> JUMPS =
            List.of(
                    external("INPUT"),
                    external("FORWARD"),
                    new Jump(
                            "filter",
                            "INPUT",
                            IptNames.NODEPORTS,
                            "kubernetes health check service ports",
                            false),
                    portals("FORWARD"),
                    portals("OUTPUT"),
                    new Jump(
                            "filter",
                            "FORWARD",
                            IptNames.FORWARD,
                            "kubernetes forwarding rules",
                            false),
                    firewall("INPUT"),
                    firewall("OUTPUT"),
                    firewall("FORWARD"),
                    new Jump(
                            "nat",
                            "OUTPUT",
                            IptNames.SERVICES,
                            "kubernetes service portals",
                            false),
                    new Jump(
                            "nat",
                            "PREROUTING",
                            IptNames.SERVICES,
                            "kubernetes service portals",
                            false),
                    new Jump(
                            "nat",
                            "POSTROUTING",
                            IptNames.POSTROUTING,
                            "kubernetes postrouting rules",
                            false),
                    new Jump("filter", "INPUT", IptNames.FIREWALL, "", false),
                    new Jump("filter", "OUTPUT", IptNames.FIREWALL, "", false));

    private final IptSettings settings;

    IptFixed(IptSettings settings) {
        this.settings = settings;
    }

    private static Jump external(String from) {
        return new Jump(
                "filter",
                from,
                IptNames.EXTERNAL_SERVICES,
                "kubernetes externally-visible service portals",
                true);
    }

    private static Jump portals(String from) {
        return new Jump("filter", from, IptNames.SERVICES, "kubernetes service portals", true);
    }

    private static Jump firewall(String from) {
        return new Jump(
                "filter", from, IptNames.PROXY_FIREWALL, "kubernetes load balancer firewall", true);
    }

    /** The jumps, each put at the head of its chain, so the last one comes out first. */
    static List<Jump> jumps() {
        return JUMPS;
    }

    private IpFamily family() {
        return settings.dataplane().family();
    }

    private IptRule rule() {
        return new IptRule(family());
    }

    NftRule rule(Jump jump) {
        IptRule rule = rule();
        if (jump.newOnly()) {
            rule.state(IptInfo.NEW, false);
        }
        if (!jump.comment().isEmpty()) {
            rule.comment(jump.comment());
        }
        return rule.jump(jump.to());
    }

    /** The kernel's chain of that name, as iptables makes it when it is missing. */
    static NftChain baseChain(String table, String name) {
        NftHook.Point point = NftHook.Point.valueOf(name);
        if (table.equals("filter")) {
            return NftChain.base(name, "filter", point, 0);
        }
        boolean source = point == NftHook.Point.INPUT || point == NftHook.Point.POSTROUTING;
        return NftChain.base(name, "nat", point, source ? 100 : -100);
    }

    /** Chains by table that are there and whose rules are those of their services alone. */
    static Map<String, List<String>> sharedChains() {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        for (IptDispatch.Where where : IptDispatch.Where.values()) {
            chains.computeIfAbsent(where.table(), t -> new ArrayList<>()).add(where.chain());
        }
        return chains;
    }

    /** Chains of table nat with fixed rules. */
    Map<String, List<NftRule>> nat() {
        int mark = settings.dataplane().masqueradeMark();
        return Map.of(
                IptNames.MARK_MASQ,
                List.of(rule().setMark(mark)),
                IptNames.POSTROUTING,
                List.of(
                        rule().marked(mark, true).goBack(),
                        rule().flipMark(mark),
                        rule().comment("kubernetes service traffic requiring SNAT").masquerade()));
    }

    /**
     * Chains of table filter with fixed rules. KUBE-FIREWALL is the kubelet's too: without node
     * ports on loopback addresses it is only made if missing, never written.
     */
    Map<String, List<NftRule>> filter() {
        Map<String, List<NftRule>> chains = new LinkedHashMap<>();
        chains.put(IptNames.FORWARD, forward());
        if (ownsFirewall()) {
            IpPrefix loopback = IpPrefix.literal("127.0.0.0/8");
            chains.put(
                    IptNames.FIREWALL,
                    List.of(
                            rule().comment("block incoming localnet connections")
                                    .destination(loopback, true)
                                    .source(loopback, false)
                                    .state(
                                            IptInfo.RELATED | IptInfo.ESTABLISHED | IptInfo.DNAT,
                                            true)
                                    .drop()));
        }
        return chains;
    }

    private boolean ownsFirewall() {
        return family() == IpFamily.IPV4 && settings.localhostNodePorts();
    }

    private List<NftRule> forward() {
        int mark = settings.dataplane().masqueradeMark();
        List<NftRule> rules = new ArrayList<>();
        if (!settings.conntrackLiberal()) {
            IptRule invalid = rule().state(IptInfo.INVALID, false);
            if (settings.counters()) {
                invalid.counted(IptSettings.INVALID_DROPPED);
            }
            rules.add(invalid.drop());
        }
        rules.add(rule().comment("kubernetes forwarding rules").marked(mark, false).accept());
        rules.add(
                rule().comment("kubernetes forwarding conntrack rule")
                        .state(IptInfo.RELATED | IptInfo.ESTABLISHED, false)
                        .accept());
        return rules;
    }

    /** The end of nat KUBE-SERVICES: what is no service may be a node port. */
    List<NftRule> tail(NodePortAddresses nodePorts) {
        if (nodePorts.only().isEmpty()) {
            IptRule rule = rule().comment(LAST).toLocal();
            if (family() == IpFamily.IPV6) {
                rule.destination(IpPrefix.literal("::1/128"), false);
            } else if (!settings.localhostNodePorts()) {
                rule.destination(IpPrefix.literal("127.0.0.0/8"), false);
            }
            return List.of(rule.jump(IptNames.NODEPORTS));
        }
        List<NftRule> rules = new ArrayList<>();
        for (IpAddress ip : nodePorts.only().get().stream().sorted().toList()) {
            rules.add(rule().comment(LAST).destination(ip).jump(IptNames.NODEPORTS));
        }
        return rules;
    }
}
