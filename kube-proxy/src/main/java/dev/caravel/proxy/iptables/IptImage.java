package dev.caravel.proxy.iptables;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.nft.KernelRule;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftExpr;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftVerdict;
import dev.caravel.linux.netlink.nft.Nftables;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the kernel holds of one family's tables nat and filter, in little memory: a digest a chain,
 * and a digest and handle for each rule of the shared chains. At 10,000 services the rules
 * themselves would be a hundred megabytes.
 */
final class IptImage {
    /** Rules of one shared chain by digest; several rules may be alike. */
    private final Map<IptDispatch.Where, Map<Long, ArrayDeque<Long>>> dispatch =
            new EnumMap<>(IptDispatch.Where.class);

    private final Map<String, Set<String>> chains = new HashMap<>();
    private final Map<String, Map<String, Long>> digests = new HashMap<>();
    private final Set<IptFixed.Jump> jumps = new HashSet<>();
    private final List<Long> tailDigests = new ArrayList<>();

    private IptImage() {}

    static IptImage read(Nftables nft, IpFamily family) throws IOException {
        IptImage image = new IptImage();
        for (String name : List.of("filter", "nat", "mangle")) {
            NftTable table = new NftTable(family, name);
            Set<String> found = new HashSet<>();
            image.chains.put(name, found);
            image.digests.put(name, new HashMap<>());
            if (!nft.exists(table)) {
                continue;
            }
            for (NftChain chain : nft.chains(table)) {
                found.add(chain.name());
            }
            if (!name.equals("mangle")) {
                nft.rules(table, image.new Sink(name));
            }
        }
        return image;
    }

    private final class Sink implements Nftables.RuleSink {
        private final String table;

        Sink(String table) {
            this.table = table;
        }

        @Override
        public void restart() {
            digests.put(table, new HashMap<>());
            jumps.removeIf(jump -> jump.table().equals(table));
            for (IptDispatch.Where where : IptDispatch.Where.values()) {
                if (where.table().equals(table)) {
                    dispatch.put(where, new HashMap<>());
                }
            }
            if (table.equals("nat")) {
                tailDigests.clear();
            }
        }

        @Override
        public void rule(KernelRule rule) {
            for (IptDispatch.Where where : IptDispatch.Where.values()) {
                if (where.table().equals(table) && where.chain().equals(rule.chain())) {
                    long digest = rule.rule().digest();
                    dispatch(where, digest).add(rule.handle());
                    if (where == IptDispatch.Where.NAT_SERVICES) {
                        tailDigests.add(digest);
                    }
                    return;
                }
            }
            if (rule.chain().startsWith("KUBE-")) {
                digests.computeIfAbsent(table, t -> new HashMap<>())
                        .merge(rule.chain(), rule.rule().digest(), IptImage::chained);
            } else {
                jumps.add(asJump(table, rule));
            }
        }
    }

    /** A rule as one of our jumps, however another version of iptables has stored it. */
    static IptFixed.Jump asJump(String table, KernelRule rule) {
        String target = "";
        String comment = "";
        boolean newOnly = false;
        for (NftExpr expression : rule.rule().expressions()) {
            if (expression instanceof NftExpr.Verdict(NftVerdict verdict)
                    && verdict.code() == NftVerdict.Code.JUMP) {
                target = verdict.chain();
            } else if (expression instanceof NftExpr.CompatMatch match) {
                if (match.name().equals("comment")) {
                    comment = IptInfo.commentOf(match.info());
                } else if (match.name().equals("conntrack")) {
                    newOnly = IptInfo.statesOf(match.info()) == IptInfo.NEW;
                }
            }
        }
        return new IptFixed.Jump(table, rule.chain(), target, comment, newOnly);
    }

    private Map<Long, ArrayDeque<Long>> of(IptDispatch.Where where) {
        return dispatch.computeIfAbsent(where, w -> new HashMap<>());
    }

    private ArrayDeque<Long> dispatch(IptDispatch.Where where, long digest) {
        return of(where).computeIfAbsent(digest, d -> new ArrayDeque<>(1));
    }

    private static long chained(long before, long next) {
        return Long.rotateLeft(before, 7) * 31 + next;
    }

    /** The digest of a chain with these rules; 0 for an empty one. */
    static long digest(List<NftRule> rules) {
        long digest = 0;
        for (int i = 0; i < rules.size(); i++) {
            long next = rules.get(i).digest();
            digest = i == 0 ? next : chained(digest, next);
        }
        return digest;
    }

    boolean has(String table, String chain) {
        return chains.getOrDefault(table, Set.of()).contains(chain);
    }

    boolean holds(String table, String chain, List<NftRule> rules) {
        Map<String, Long> known = digests.getOrDefault(table, Map.of());
        return has(table, chain) && known.getOrDefault(chain, 0L) == digest(rules);
    }

    boolean has(IptFixed.Jump jump) {
        return jumps.contains(jump);
    }

    /** Takes the handle of such a rule; −1 when there is none left. */
    long take(IptDispatch wanted) {
        Map<Long, ArrayDeque<Long>> rules = of(wanted.where());
        long digest = wanted.rule().digest();
        ArrayDeque<Long> handles = rules.get(digest);
        if (handles == null) {
            return -1;
        }
        long handle = handles.remove();
        if (handles.isEmpty()) {
            rules.remove(digest);
        }
        return handle;
    }

    /** Handles in a shared chain that nobody has taken. */
    List<Long> left(IptDispatch.Where where) {
        return of(where).values().stream().flatMap(ArrayDeque::stream).toList();
    }

    /** Whether nat KUBE-SERVICES ends with exactly these rules. */
    boolean endsWith(List<NftRule> tail) {
        int from = tailDigests.size() - tail.size();
        if (from < 0) {
            return false;
        }
        for (int i = 0; i < tail.size(); i++) {
            if (tailDigests.get(from + i) != tail.get(i).digest()) {
                return false;
            }
        }
        return true;
    }

    /** Chains of single services in table nat. */
    Set<String> ownChains() {
        Set<String> own = new HashSet<>();
        for (String chain : chains.getOrDefault("nat", Set.of())) {
            if (IptNames.isOwn(chain)) {
                own.add(chain);
            }
        }
        return own;
    }
}
