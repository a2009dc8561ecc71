package dev.caravel.proxy.compile;

import dev.caravel.linux.netlink.nft.NftExpr;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftVerdict;
import java.util.ArrayList;
import java.util.List;

/** The rules of shared chains. */
public final class SharedChains {
    private final DataplaneSettings settings;
    private final PacketMatch match;

    /** Rules for one address family. */
    public SharedChains(DataplaneSettings settings) {
        this.settings = settings;
        this.match = new PacketMatch(settings.family());
    }

    /** The chains this one goes to, which must exist before it. */
    public static List<SharedChain> needed(SharedChain chain) {
        boolean nodePort = chain.nodePort();
        return switch (chain.kind()) {
            case PICK, LOCAL_PICK -> List.of();
            case EXTERNAL -> List.of(SharedChain.pick(nodePort, chain.cluster()));
            case EXTERNAL_LOCAL -> {
                List<SharedChain> needed = new ArrayList<>();
                needed.add(SharedChain.pick(nodePort, chain.cluster()));
                if (chain.local() > 0) {
                    needed.add(SharedChain.localPick(nodePort, chain.local()));
                }
                yield needed;
            }
        };
    }

    /** The rules of a chain. */
    public List<NftRule> rules(SharedChain chain) {
        boolean nodePort = chain.nodePort();
        return switch (chain.kind()) {
            case PICK ->
                    picks(
                            nodePort ? Layout.NODEPORT_ENDPOINTS : Layout.ENDPOINTS,
                            nodePort,
                            chain.cluster());
            case LOCAL_PICK ->
                    picks(
                            nodePort ? Layout.NODEPORT_LOCAL_ENDPOINTS : Layout.LOCAL_ENDPOINTS,
                            nodePort,
                            chain.local());
            case EXTERNAL ->
                    List.of(
                            rule(PacketMatch.mark(settings.masqueradeMark()))
                                    .withComment("masquerade"),
                            goTo(SharedChain.pick(nodePort, chain.cluster())));
            case EXTERNAL_LOCAL -> externalLocal(chain);
        };
    }

    /**
     * One endpoint at random. While a transaction takes effect a packet may have entered the old
     * chain and meet the new map, where the last index is gone; the first one always exists.
     */
    private List<NftRule> picks(String map, boolean nodePort, int endpoints) {
        List<NftRule> rules = new ArrayList<>();
        rules.add(pick(map, nodePort, endpoints));
        if (endpoints > 1) {
            rules.add(pick(map, nodePort, 1));
        }
        return rules;
    }

    private NftRule pick(String map, boolean nodePort, int modulus) {
        List<NftExpr> expressions =
                new ArrayList<>(nodePort ? PacketMatch.nodePortKey() : match.serviceKey());
        int next = nodePort ? 2 : match.addressSlots() + 2;
        expressions.add(new NftExpr.Random(next, modulus));
        expressions.add(new NftExpr.MapLookup(map, 0, 0));
        expressions.add(match.toLookedUpEndpoint());
        return rule(expressions);
    }

    /** Traffic of the node itself and its pods may leave the node in spite of the policy. */
    private List<NftRule> externalLocal(SharedChain chain) {
        SharedChain pick = SharedChain.pick(chain.nodePort(), chain.cluster());
        List<NftRule> rules = new ArrayList<>(externalLocalStart(settings, match, pick.name()));
        if (chain.local() > 0) {
            rules.add(goTo(SharedChain.localPick(chain.nodePort(), chain.local())));
        }
        return rules;
    }

    static List<NftRule> externalLocalStart(
            DataplaneSettings settings, PacketMatch match, String clusterChain) {
        NftExpr toCluster = new NftExpr.Verdict(NftVerdict.goTo(clusterChain));
        List<NftRule> rules = new ArrayList<>();
        if (settings.detector() != LocalDetector.None.NONE) {
            rules.add(
                    rule(match.fromLocalPod(settings.detector(), true), List.of(toCluster))
                            .withComment("short-circuit pod traffic"));
        }
        rules.add(
                rule(PacketMatch.localAddress(true), PacketMatch.mark(settings.masqueradeMark()))
                        .withComment("masquerade local traffic"));
        rules.add(
                rule(PacketMatch.localAddress(true), List.of(toCluster))
                        .withComment("short-circuit local traffic"));
        return rules;
    }

    private static NftRule goTo(SharedChain chain) {
        return NftRule.of(new NftExpr.Verdict(NftVerdict.goTo(chain.name())));
    }

    @SafeVarargs
    static NftRule rule(List<NftExpr>... parts) {
        List<NftExpr> all = new ArrayList<>();
        for (List<NftExpr> part : parts) {
            all.addAll(part);
        }
        return new NftRule(all, NftRule.Compat.NONE, "");
    }
}
