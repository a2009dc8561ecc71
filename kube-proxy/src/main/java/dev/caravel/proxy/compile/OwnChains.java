package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftExpr;
import dev.caravel.linux.netlink.nft.NftField;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftSet;
import dev.caravel.linux.netlink.nft.NftVerdict;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.EndpointLists;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServicePort;
import java.util.ArrayList;
import java.util.List;

/**
 * What cannot be said as elements of shared maps: session affinity, which remembers clients in a
 * set an endpoint, and source ranges. Such services have chains of their own, in Go's shape.
 */
final class OwnChains {
    /** The limit the nft program sets for such sets; more clients than this get no affinity. */
    private static final int MAX_CLIENTS = 65_535;

    private final DataplaneSettings settings;
    private final PacketMatch match;

    OwnChains(DataplaneSettings settings) {
        this.settings = settings;
        this.match = new PacketMatch(settings.family());
    }

    static String clusterChain(ServiceEntry service, ServicePort port) {
        return "service-" + OwnNames.base(service.key(), port);
    }

    static String localChain(ServiceEntry service, ServicePort port) {
        return "local-" + OwnNames.base(service.key(), port);
    }

    static String externalChain(ServiceEntry service, ServicePort port) {
        return "external-" + OwnNames.base(service.key(), port);
    }

    private static String endpointChain(ServiceEntry service, ServicePort port, Endpoint to) {
        return "endpoint-" + OwnNames.base(service.key(), port, to);
    }

    private static String affinitySet(ServiceEntry service, ServicePort port, Endpoint to) {
        return "affinity-" + OwnNames.base(service.key(), port, to);
    }

    /** Adds the chains and sets of a port whose clients keep their endpoint. */
    void affinity(Ruleset out, ServiceEntry service, ServicePort port, EndpointLists lists) {
        for (Endpoint endpoint : lists.reachable()) {
            String set = affinitySet(service, port, endpoint);
            out.set(
                    NftSet.expiring(
                            set,
                            NftField.address(settings.family()),
                            service.affinitySeconds() * 1000L,
                            MAX_CLIENTS));
            out.chain(endpointChain(service, port, endpoint), endpointRules(port, endpoint, set));
        }
        if (!lists.cluster().isEmpty()) {
            out.chain(clusterChain(service, port), stickyPick(service, port, lists.cluster()));
        }
        if (!lists.local().isEmpty()) {
            out.chain(localChain(service, port), stickyPick(service, port, lists.local()));
        }
        if (service.externallyAccessible(port)) {
            out.chain(externalChain(service, port), external(service, port, lists));
        }
    }

    private List<NftRule> endpointRules(ServicePort port, Endpoint endpoint, String set) {
        NftExpr protocol =
                new NftExpr.Compare(
                        0, NftExpr.Compare.Op.EQ, NftData.of((byte) port.protocol().number()));
        return List.of(
                NftRule.of(match.source(0), new NftExpr.SetUpdate(set, 0)),
                SharedChains.rule(
                        List.of(PacketMatch.protocol(0), protocol),
                        match.toEndpoint(endpoint.ip(), endpoint.port())));
    }

    /** Who is known goes where it went, anybody else to one of the rest with equal chance. */
    private List<NftRule> stickyPick(ServiceEntry service, ServicePort port, List<Endpoint> list) {
        List<NftRule> rules = new ArrayList<>();
        for (Endpoint endpoint : list) {
            rules.add(
                    NftRule.of(
                            match.source(0),
                            new NftExpr.Lookup(affinitySet(service, port, endpoint), 0, false),
                            goTo(endpointChain(service, port, endpoint))));
        }
        for (int i = 0; i < list.size(); i++) {
            NftExpr verdict = goTo(endpointChain(service, port, list.get(i)));
            int left = list.size() - i;
            rules.add(
                    left == 1
                            ? NftRule.of(verdict)
                            : NftRule.of(
                                    new NftExpr.Random(0, left),
                                    new NftExpr.Compare(
                                            0, NftExpr.Compare.Op.EQ, NftData.host32(0)),
                                    verdict));
        }
        return rules;
    }

    private List<NftRule> external(ServiceEntry service, ServicePort port, EndpointLists lists) {
        List<NftRule> rules = new ArrayList<>();
        if (!service.externalLocal()) {
            rules.add(
                    SharedChains.rule(PacketMatch.mark(settings.masqueradeMark()))
                            .withComment("masquerade"));
            rules.add(NftRule.of(goTo(clusterChain(service, port))));
            return rules;
        }
        rules.addAll(SharedChains.externalLocalStart(settings, match, clusterChain(service, port)));
        if (!lists.local().isEmpty()) {
            rules.add(NftRule.of(goTo(localChain(service, port))));
        }
        return rules;
    }

    /** Adds the chain that drops what no range allows, and returns its name. */
    String firewall(Ruleset out, ServiceEntry service, ServicePort port) {
        List<IpPrefix> allowed = new ArrayList<>(service.sourceRanges());
        boolean nodeAllowed =
                settings.nodeIp()
                        .filter(ip -> allowed.stream().anyMatch(range -> range.contains(ip)))
                        .isPresent();
        if (nodeAllowed) {
            // A load balancer address may be local to the node, which then uses it as the source.
            for (IpAddress ip : service.loadBalancerIps()) {
                allowed.add(IpPrefix.single(ip));
            }
        }
        List<NftRule> rules = new ArrayList<>();
        for (IpPrefix range : allowed) {
            rules.add(
                    SharedChains.rule(
                            match.source(range, true),
                            List.of(new NftExpr.Verdict(NftVerdict.RETURN))));
        }
        rules.add(NftRule.of(new NftExpr.Verdict(NftVerdict.DROP)));
        String name = "firewall-" + OwnNames.base(service.key(), port);
        out.chain(name, rules);
        return name;
    }

    private static NftExpr goTo(String chain) {
        return new NftExpr.Verdict(NftVerdict.goTo(chain));
    }
}
