package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import java.util.ArrayList;
import java.util.List;

/** One of everything this project can say to nf_tables, for both families. */
final class SampleRuleset {
    static final int TCP = 6;

    private final IpFamily family;
    private final NftTable table;
    private final List<NftOp> ops = new ArrayList<>();
    private final int address;

    private SampleRuleset(IpFamily family) {
        this.family = family;
        this.table = new NftTable(family, "sample");
        this.address = family.addressBytes();
    }

    static NftTransaction of(IpFamily family) {
        SampleRuleset sample = new SampleRuleset(family);
        sample.sets();
        sample.chains();
        sample.rules();
        sample.elements();
        return new NftTransaction(sample.ops);
    }

    private IpAddress ip(int number) {
        return IpAddress.literal(family == IpFamily.IPV4 ? "10.0.0." + number : "fd00::" + number);
    }

    private void sets() {
        NftField addr = NftField.address(family);
        ops.add(new NftOp.AddTable(table, "one of everything"));
        ops.add(new NftOp.AddSet(table, NftSet.set("addresses", List.of(addr), "some addresses")));
        ops.add(
                new NftOp.AddSet(
                        table,
                        NftSet.verdictMap(
                                "services",
                                List.of(addr, NftField.INET_PROTO, NftField.INET_SERVICE),
                                "")));
        ops.add(
                new NftOp.AddSet(
                        table,
                        NftSet.map(
                                "endpoints",
                                List.of(
                                        addr,
                                        NftField.INET_PROTO,
                                        NftField.INET_SERVICE,
                                        NftField.INDEX),
                                List.of(addr, NftField.INET_SERVICE),
                                "where to go")));
        ops.add(new NftOp.AddSet(table, NftSet.expiring("clients", addr, 10_000, 1000)));
    }

    private void chains() {
        for (String name : List.of("pick", "marking", "end", "local", "seen")) {
            ops.add(new NftOp.AddChain(table, NftChain.plain(name)));
        }
        ops.add(new NftOp.AddChain(table, NftChain.base("in", "filter", NftHook.Point.INPUT, 0)));
        ops.add(
                new NftOp.AddChain(
                        table, NftChain.base("pre", "nat", NftHook.Point.PREROUTING, -100)));
        ops.add(
                new NftOp.AddChain(
                        table, NftChain.base("post", "nat", NftHook.Point.POSTROUTING, 100)));
    }

    private void rule(String chain, NftExpr... expressions) {
        ops.add(new NftOp.AddRule(table, chain, NftRule.of(expressions)));
    }

    private NftExpr source(int into) {
        return new NftExpr.Payload(
                NftExpr.Payload.Base.NETWORK, family == IpFamily.IPV4 ? 12 : 8, address, into);
    }

    private NftExpr destination(int into) {
        return new NftExpr.Payload(
                NftExpr.Payload.Base.NETWORK, family == IpFamily.IPV4 ? 16 : 24, address, into);
    }

    private static NftExpr port(int into) {
        return new NftExpr.Payload(NftExpr.Payload.Base.TRANSPORT, 2, 2, into);
    }

    private static NftExpr.Compare compare(NftExpr.Compare.Op op, NftData data) {
        return new NftExpr.Compare(0, op, data);
    }

    private void rules() {
        int slots = address / 4;
        NftExpr protocol = new NftExpr.Meta(NftExpr.MetaKey.L4PROTO, slots);
        rule(
                "pick",
                destination(0),
                protocol,
                port(slots + 1),
                new NftExpr.Random(slots + 2, 2),
                new NftExpr.MapLookup("endpoints", 0, 0),
                new NftExpr.DestinationNat(family.number(), 0, slots));
        rule(
                "marking",
                new NftExpr.Meta(NftExpr.MetaKey.MARK, 0),
                new NftExpr.Bitwise(0, 0, NftData.host32(~0x4000), NftData.host32(0x4000)),
                new NftExpr.MetaSet(NftExpr.MetaKey.MARK, 0));
        rule("marking", new NftExpr.Verdict(NftVerdict.goTo("pick")));
        rule("end", new NftExpr.Counter(), new NftExpr.Reject(family == IpFamily.IPV4 ? 3 : 4));
        rule(
                "local",
                new NftExpr.AddressType(true, 0),
                compare(NftExpr.Compare.Op.EQ, NftData.host32(2)),
                new NftExpr.Verdict(NftVerdict.goTo("marking")));
        rule(
                "local",
                new NftExpr.Meta(NftExpr.MetaKey.IIFNAME, 0),
                compare(NftExpr.Compare.Op.NEQ, NftData.interfaceName("cni0", true)),
                new NftExpr.Verdict(NftVerdict.DROP));
        rule(
                "local",
                new NftExpr.Meta(NftExpr.MetaKey.IIFNAME, 0),
                compare(NftExpr.Compare.Op.EQ, NftData.interfaceName("veth", false)),
                new NftExpr.Verdict(NftVerdict.RETURN));
        rule("seen", source(0), new NftExpr.SetUpdate("clients", 0));
        rule(
                "seen",
                new NftExpr.Meta(NftExpr.MetaKey.L4PROTO, 0),
                compare(NftExpr.Compare.Op.EQ, NftData.of((byte) TCP)),
                new NftExpr.Immediate(0, NftData.of(ip(7))),
                new NftExpr.Immediate(4, NftData.of((byte) 0x1f, (byte) 0x90)),
                new NftExpr.DestinationNat(family.number(), 0, 4));
        rule(
                "in",
                new NftExpr.Conntrack(NftExpr.Conntrack.Key.STATE, 0),
                new NftExpr.Bitwise(0, 0, NftData.host32(8), NftData.host32(0)),
                compare(NftExpr.Compare.Op.NEQ, NftData.host32(0)),
                new NftExpr.Verdict(NftVerdict.jump("end")));
        ops.add(
                new NftOp.AddRule(
                        table,
                        "pre",
                        NftRule.of(
                                        destination(0),
                                        protocol,
                                        port(slots + 1),
                                        new NftExpr.VerdictLookup("services", 0))
                                .withComment("to services")));
        rule(
                "pre",
                source(0),
                new NftExpr.Lookup("clients", 0, false),
                new NftExpr.Verdict(NftVerdict.goTo("seen")));
        rule(
                "post",
                new NftExpr.Conntrack(NftExpr.Conntrack.Key.STATUS, 0),
                new NftExpr.Bitwise(0, 0, NftData.host32(0x20), NftData.host32(0)),
                compare(NftExpr.Compare.Op.NEQ, NftData.host32(0)),
                source(0),
                new NftExpr.Lookup("addresses", 0, true),
                new NftExpr.Masquerade());
    }

    private void elements() {
        ops.add(new NftOp.AddElement(table, "addresses", NftElement.of(NftData.of(ip(1)))));
        ops.add(new NftOp.AddElement(table, "addresses", NftElement.of(NftData.of(ip(2)))));
        ops.add(
                new NftOp.AddElement(
                        table,
                        "services",
                        new NftElement(
                                NftData.concat(address + 8)
                                        .address(ip(1))
                                        .protocol(TCP)
                                        .port(80)
                                        .build(),
                                NftVerdict.goTo("marking"),
                                "shop/cart:http")));
        for (int i = 0; i < 2; i++) {
            ops.add(
                    new NftOp.AddElement(
                            table,
                            "endpoints",
                            NftElement.of(
                                    NftData.concat(address + 12)
                                            .address(ip(1))
                                            .protocol(TCP)
                                            .port(80)
                                            .host32(i)
                                            .build(),
                                    NftData.concat(address + 4)
                                            .address(ip(10 + i))
                                            .port(8080)
                                            .build())));
        }
    }
}
