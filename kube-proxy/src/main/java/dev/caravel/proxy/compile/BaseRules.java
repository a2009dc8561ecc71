package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftExpr;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftVerdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is there whatever services there are (kube-proxy.md §5.1 to §5.4). Pure. */
public final class BaseRules {
    private final DataplaneSettings settings;
    private final PacketMatch match;

    /** Rules for one address family. */
    public BaseRules(DataplaneSettings settings) {
        this.settings = settings;
        this.match = new PacketMatch(settings.family());
    }

    /**
     * The fixed chains and sets.
     *
     * @param serviceCidrs of the family, where cluster addresses are given from; may be empty
     */
    public Ruleset compile(NodePortAddresses nodePorts, List<IpPrefix> serviceCidrs) {
        Ruleset out = new Ruleset();
        Layout.sets(settings.family(), nodePorts.only().isPresent()).forEach(out::set);
        out.chain(
                new NftChain(
                        Layout.REJECT,
                        Optional.empty(),
                        "helper for @no-endpoint-services / @no-endpoint-nodeports"),
                List.of(NftRule.of(match.reject())));
        out.chain(Layout.MASQUERADING, masquerading());
        out.chain(Layout.CLUSTER_IPS_CHECK, clusterIpsCheck(serviceCidrs));
        out.chain(
                Layout.SERVICE_ENDPOINTS_CHECK,
                List.of(serviceLookup(Layout.NO_ENDPOINT_SERVICES)));
        out.chain(
                Layout.NODEPORT_ENDPOINTS_CHECK,
                List.of(nodePortLookup(nodePorts, List.of(), Layout.NO_ENDPOINT_NODEPORTS)));
        out.chain(Layout.FIREWALL_CHECK, List.of(serviceLookup(Layout.FIREWALL_IPS)));
        out.chain(Layout.SERVICES, services(nodePorts));
        nodePorts
                .only()
                .ifPresent(addresses ->
                        addresses.forEach(ip -> out.element(Layout.NODEPORT_IPS, NftData.of(ip))));
        Map<String, List<NftRule>> jumps = jumps();
        for (NftChain chain : Layout.baseChains()) {
            out.chain(chain, jumps.getOrDefault(chain.name(), List.of()));
        }
        return out;
    }

    private List<NftRule> masquerading() {
        return List.of(
                SharedChains.rule(
                        PacketMatch.marked(settings.masqueradeMark()),
                        PacketMatch.flipMark(settings.masqueradeMark()),
                        List.of(new NftExpr.Masquerade())),
                SharedChains.rule(
                        PacketMatch.rewrittenDestination(),
                        match.connectionKey(),
                        List.of(
                                new NftExpr.Lookup(Layout.HAIRPIN, 0, false),
                                new NftExpr.Masquerade())));
    }

    private List<NftRule> clusterIpsCheck(List<IpPrefix> serviceCidrs) {
        List<NftRule> rules = new ArrayList<>();
        rules.add(
                SharedChains.rule(match.destinationIn(Layout.CLUSTER_IPS), List.of(match.reject()))
                        .withComment("Reject traffic to invalid ports of ClusterIPs"));
        for (IpPrefix cidr : serviceCidrs) {
            rules.add(
                    SharedChains.rule(
                                    match.destination(cidr, true),
                                    List.of(new NftExpr.Verdict(NftVerdict.DROP)))
                            .withComment("Drop traffic to unallocated ClusterIPs"));
        }
        return rules;
    }

    private List<NftRule> services(NodePortAddresses nodePorts) {
        List<NftRule> rules = new ArrayList<>();
        List<NftExpr> mark = PacketMatch.mark(settings.masqueradeMark());
        if (settings.masqueradeAll()) {
            rules.add(
                    SharedChains.rule(match.destinationIn(Layout.CLUSTER_IPS), mark)
                            .withComment("masquerade all clusterIP traffic"));
        } else if (settings.detector() != LocalDetector.None.NONE) {
            rules.add(
                    SharedChains.rule(
                                    match.destinationIn(Layout.CLUSTER_IPS),
                                    match.fromLocalPod(settings.detector(), false),
                                    mark)
                            .withComment("masquerade clusterIP traffic from outside cluster"));
        }
        rules.add(serviceLookup(Layout.SERVICE_IPS));
        rules.add(
                nodePortLookup(
                        nodePorts, PacketMatch.localAddress(false), Layout.SERVICE_NODEPORTS));
        return rules;
    }

    private NftRule serviceLookup(String map) {
        return SharedChains.rule(match.serviceKey(), List.of(new NftExpr.VerdictLookup(map, 0)));
    }

    /** Loopback addresses never accept node port traffic: their packets cannot leave the host. */
    private NftRule nodePortLookup(NodePortAddresses nodePorts, List<NftExpr> local, String map) {
        NftExpr lookup = new NftExpr.VerdictLookup(map, 0);
        if (nodePorts.only().isPresent()) {
            return SharedChains.rule(
                    match.destinationIn(Layout.NODEPORT_IPS),
                    PacketMatch.nodePortKey(),
                    List.of(lookup));
        }
        return SharedChains.rule(
                local,
                match.destinationLoopback(false),
                PacketMatch.nodePortKey(),
                List.of(lookup));
    }

    private static Map<String, List<NftRule>> jumps() {
        Map<String, List<NftRule>> jumps = new HashMap<>();
        jumps.put(
                Layout.FILTER_INPUT,
                List.of(
                        forNew(Layout.NODEPORT_ENDPOINTS_CHECK),
                        forNew(Layout.SERVICE_ENDPOINTS_CHECK)));
        for (String chain : List.of(Layout.FILTER_FORWARD, Layout.FILTER_OUTPUT)) {
            jumps.put(
                    chain,
                    List.of(
                            forNew(Layout.SERVICE_ENDPOINTS_CHECK),
                            forNew(Layout.CLUSTER_IPS_CHECK)));
        }
        for (String chain : List.of(Layout.FILTER_PREROUTING, Layout.FILTER_OUTPUT_PRE)) {
            jumps.put(chain, List.of(forNew(Layout.FIREWALL_CHECK)));
        }
        for (String chain : List.of(Layout.NAT_PREROUTING, Layout.NAT_OUTPUT)) {
            jumps.put(chain, List.of(jump(Layout.SERVICES)));
        }
        jumps.put(Layout.NAT_POSTROUTING, List.of(jump(Layout.MASQUERADING)));
        return jumps;
    }

    private static NftRule forNew(String chain) {
        return SharedChains.rule(
                PacketMatch.newConnection(), List.of(new NftExpr.Verdict(NftVerdict.jump(chain))));
    }

    private static NftRule jump(String chain) {
        return NftRule.of(new NftExpr.Verdict(NftVerdict.jump(chain)));
    }
}
