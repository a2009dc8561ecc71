package dev.caravel.proxy.iptables;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftExpr;
import dev.caravel.linux.netlink.nft.NftExpr.Compare.Op;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftVerdict;
import dev.caravel.proxy.compile.LocalDetector;
import dev.caravel.proxy.compile.PacketMatch;
import dev.caravel.proxy.table.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds one rule in iptables' words. Interface, protocol and addresses come first however they are
 * said, matches in the order they are said, then the counter and what happens (kube-proxy.md §6.6).
 */
final class IptRule {
    private static final Op EQ = Op.EQ;

    private final IpFamily family;
    private final PacketMatch match;
    private List<NftExpr> input = List.of();
    private List<NftExpr> protocolMatch = List.of();
    private List<NftExpr> source = List.of();
    private List<NftExpr> destination = List.of();
    private final List<NftExpr> matches = new ArrayList<>();
    private int protocol;

    IptRule(IpFamily family) {
        this.family = family;
        this.match = new PacketMatch(family);
    }

    /** {@code -m comment --comment text}. */
    IptRule comment(String text) {
        matches.add(new NftExpr.CompatMatch("comment", 0, IptInfo.comment(text)));
        return this;
    }

    /** {@code -p protocol}. */
    IptRule protocol(Protocol which) {
        protocol = which.number();
        protocolMatch =
                List.of(
                        PacketMatch.protocol(0),
                        new NftExpr.Compare(0, EQ, NftData.of((byte) which.number())));
        return this;
    }

    /** {@code -m protocol -p protocol --dport port}. */
    IptRule port(Protocol which, int port) {
        protocol(which);
        if (which == Protocol.SCTP) {
            matches.add(new NftExpr.CompatMatch("sctp", 0, IptInfo.sctp(port)));
        } else {
            matches.add(PacketMatch.destinationPort(0));
            matches.add(new NftExpr.Compare(0, EQ, NftData.of((byte) (port >>> 8), (byte) port)));
        }
        return this;
    }

    /** {@code -m protocol -p protocol} without a port. */
    IptRule anyPort(Protocol which) {
        protocol(which);
        NftData info = which == Protocol.SCTP ? IptInfo.sctp() : IptInfo.anyPorts();
        matches.add(new NftExpr.CompatMatch(which.lowerCase(), 0, info));
        return this;
    }

    /** {@code -s prefix}, or {@code ! -s prefix}. */
    IptRule source(IpPrefix prefix, boolean inside) {
        source = match.source(prefix, inside);
        return this;
    }

    /** {@code -d prefix}, or {@code ! -d prefix}. */
    IptRule destination(IpPrefix prefix, boolean inside) {
        destination = match.destination(prefix, inside);
        return this;
    }

    /** {@code -d address}. */
    IptRule destination(IpAddress address) {
        return destination(IpPrefix.single(address), true);
    }

    /** Packets of this node's pods, or all but those. */
    IptRule local(LocalDetector detector, boolean inside) {
        switch (detector) {
            case LocalDetector.None none ->
                    throw new IllegalArgumentException("no way to tell local pods");
            case LocalDetector.Cidr cidr -> source(cidr.prefix(), inside);
            case LocalDetector.Bridge bridge -> input(bridge.name() + "\0", inside);
            case LocalDetector.InterfacePrefix prefix -> input(prefix.prefix(), inside);
        }
        return this;
    }

    /** An exact name ends with a NUL, a prefix does not. */
    private void input(String name, boolean inside) {
        input =
                List.of(
                        new NftExpr.Meta(NftExpr.MetaKey.IIFNAME, 0),
                        new NftExpr.Compare(
                                0,
                                inside ? EQ : Op.NEQ,
                                NftData.of(name.getBytes(StandardCharsets.UTF_8))));
    }

    /** {@code -m conntrack [!] --ctstate states}. */
    IptRule state(int states, boolean inverted) {
        matches.add(new NftExpr.CompatMatch("conntrack", 3, IptInfo.conntrack(states, inverted)));
        return this;
    }

    /** {@code -m addrtype --src-type LOCAL}. */
    IptRule fromLocal() {
        matches.add(new NftExpr.CompatMatch("addrtype", 1, IptInfo.localSource()));
        return this;
    }

    /** {@code -m addrtype --dst-type LOCAL}. */
    IptRule toLocal() {
        matches.add(new NftExpr.CompatMatch("addrtype", 1, IptInfo.localDestination()));
        return this;
    }

    /** {@code -m mark [!] --mark mark/mark}. */
    IptRule marked(int mark, boolean inverted) {
        NftData bits = NftData.host32(mark);
        matches.add(new NftExpr.Meta(NftExpr.MetaKey.MARK, 0));
        matches.add(new NftExpr.Bitwise(0, 0, bits, NftData.host32(0)));
        matches.add(new NftExpr.Compare(0, inverted ? Op.NEQ : EQ, bits));
        return this;
    }

    /** {@code -m statistic --mode random}: one of {@code n} packets. */
    IptRule oneOf(int n) {
        matches.add(new NftExpr.CompatMatch("statistic", 0, IptInfo.oneOf(n)));
        return this;
    }

    /** {@code -m recent --name list --rcheck --seconds n --reap}. */
    IptRule remembered(String list, int seconds) {
        matches.add(new NftExpr.CompatMatch("recent", 1, IptInfo.recentCheck(list, seconds)));
        return this;
    }

    /** {@code -m nfacct --nfacct-name name}. */
    IptRule counted(String name) {
        matches.add(new NftExpr.CompatMatch("nfacct", 1, IptInfo.counter(name)));
        return this;
    }

    /** {@code -m recent --name list --set}. */
    IptRule remember(String list) {
        matches.add(new NftExpr.CompatMatch("recent", 1, IptInfo.recentSet(list)));
        return this;
    }

    NftRule jump(String chain) {
        return verdict(NftVerdict.jump(chain));
    }

    NftRule drop() {
        return verdict(NftVerdict.DROP);
    }

    NftRule accept() {
        return verdict(NftVerdict.ACCEPT);
    }

    NftRule goBack() {
        return verdict(NftVerdict.RETURN);
    }

    private NftRule verdict(NftVerdict verdict) {
        return build(List.of(new NftExpr.Verdict(verdict)));
    }

    NftRule reject() {
        return target("REJECT", 0, IptInfo.reject(family));
    }

    /** {@code -j MARK --or-mark mark}. */
    NftRule setMark(int mark) {
        return target("MARK", 2, IptInfo.mark(mark, mark));
    }

    /** {@code -j MARK --xor-mark mark}. */
    NftRule flipMark(int mark) {
        return target("MARK", 2, IptInfo.mark(mark, 0));
    }

    /** {@code -j MASQUERADE --random-fully}. */
    NftRule masquerade() {
        return target("MASQUERADE", 0, IptInfo.masquerade(family));
    }

    /** {@code -j DNAT --to-destination ip:port}. */
    NftRule toEndpoint(IpAddress ip, int port) {
        return target("DNAT", 2, IptInfo.dnat(ip, port));
    }

    /** A rule that only counts. */
    NftRule nothing() {
        return build(List.of());
    }

    private NftRule target(String name, int revision, NftData info) {
        return build(List.of(new NftExpr.CompatTarget(name, revision, info)));
    }

    private NftRule build(List<NftExpr> target) {
        List<NftExpr> all = new ArrayList<>(input);
        all.addAll(protocolMatch);
        all.addAll(source);
        all.addAll(destination);
        all.addAll(matches);
        all.add(new NftExpr.Counter());
        all.addAll(target);
        return new NftRule(all, new NftRule.Compat(protocol, false), "");
    }
}
