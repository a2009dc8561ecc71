package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.netlink.NetlinkWriter;

/** Expressions to attributes. */
final class ExprWriter {
    static final int LIST_ELEM = 1;
    static final int EXPR_NAME = 1;
    static final int EXPR_DATA = 2;
    static final int DATA_VALUE = 1;
    static final int DATA_VERDICT = 2;
    static final int VERDICT_CODE = 1;
    static final int VERDICT_CHAIN = 2;
    static final int REG_VERDICT = 0;
    static final int LOOKUP_INVERTED = 1;
    static final int RTN_ADDRTYPE = 3;
    static final int FIB_SADDR = 1;
    static final int FIB_DADDR = 2;
    static final int FULLY_RANDOM = 0x10;

    /** {@code NF_NAT_RANGE_PROTO_SPECIFIED}: the port is given. */
    static final int NAT_PROTO_SPECIFIED = 2;

    private final NetlinkWriter out;

    ExprWriter(NetlinkWriter out) {
        this.out = out;
    }

    /**
     * The number of a register slot as the kernel dumps it: 16-byte registers 1 to 4 where the slot
     * begins one, 4-byte registers 8 to 23 elsewhere.
     */
    static int register(int slot) {
        return slot % 4 == 0 ? 1 + slot / 4 : 8 + slot;
    }

    /** The slot of a register number. */
    static int slot(int register) {
        return register < 8 ? (register - 1) * 4 : register - 8;
    }

    /** Writes one list element. */
    void write(NftExpr expression) {
        int element = out.nest(LIST_ELEM);
        out.string(EXPR_NAME, name(expression));
        int data = out.nest(EXPR_DATA);
        writeData(expression);
        out.endNest(data);
        out.endNest(element);
    }

    private static String name(NftExpr expression) {
        return switch (expression) {
            case NftExpr.Meta e -> "meta";
            case NftExpr.MetaSet e -> "meta";
            case NftExpr.Payload e -> "payload";
            case NftExpr.Compare e -> "cmp";
            case NftExpr.Bitwise e -> "bitwise";
            case NftExpr.Conntrack e -> "ct";
            case NftExpr.AddressType e -> "fib";
            case NftExpr.Lookup e -> "lookup";
            case NftExpr.MapLookup e -> "lookup";
            case NftExpr.VerdictLookup e -> "lookup";
            case NftExpr.Immediate e -> "immediate";
            case NftExpr.Verdict e -> "immediate";
            case NftExpr.Random e -> "numgen";
            case NftExpr.DestinationNat e -> "nat";
            case NftExpr.Masquerade e -> "masq";
            case NftExpr.Reject e -> "reject";
            case NftExpr.SetUpdate e -> "dynset";
            case NftExpr.Counter e -> "counter";
            case NftExpr.CompatMatch e -> "match";
            case NftExpr.CompatTarget e -> "target";
            case NftExpr.Foreign e ->
                    throw new IllegalArgumentException("foreign expression " + e.name());
        };
    }

    private void writeData(NftExpr expression) {
        switch (expression) {
            case NftExpr.Meta e -> out.be32(1, register(e.into())).be32(2, e.key().number());
            case NftExpr.MetaSet e -> out.be32(2, e.key().number()).be32(3, register(e.from()));
            case NftExpr.Payload e -> payload(e);
            case NftExpr.Compare e -> compare(e);
            case NftExpr.Bitwise e -> bitwise(e);
            case NftExpr.Conntrack e -> out.be32(1, register(e.into())).be32(2, e.key().number());
            case NftExpr.AddressType e ->
                    out.be32(1, register(e.into()))
                            .be32(2, RTN_ADDRTYPE)
                            .be32(3, e.source() ? FIB_SADDR : FIB_DADDR);
            case NftExpr.Lookup e -> lookup(e);
            case NftExpr.MapLookup e ->
                    out.string(1, e.map()).be32(2, register(e.from())).be32(3, register(e.into()));
            case NftExpr.VerdictLookup e ->
                    out.string(1, e.map()).be32(2, register(e.from())).be32(3, REG_VERDICT);
            case NftExpr.Immediate e -> {
                out.be32(1, register(e.into()));
                value(2, e.data());
            }
            case NftExpr.Verdict e -> immediate(e.verdict());
            case NftExpr.Random e ->
                    out.be32(1, register(e.into())).be32(2, e.modulus()).be32(3, 1);
            case NftExpr.DestinationNat e -> destinationNat(e);
            case NftExpr.Masquerade e -> out.be32(1, FULLY_RANDOM);
            case NftExpr.Reject e -> out.be32(1, 0).u8(2, e.code());
            case NftExpr.SetUpdate e ->
                    out.string(1, e.set()).be32(3, 1).be32(4, register(e.from()));
            case NftExpr.Counter e -> out.be64(1, 0).be64(2, 0);
            case NftExpr.CompatMatch e ->
                    out.string(1, e.name()).be32(2, e.revision()).bytes(3, e.info().raw());
            case NftExpr.CompatTarget e ->
                    out.string(1, e.name()).be32(2, e.revision()).bytes(3, e.info().raw());
            case NftExpr.Foreign e ->
                    throw new IllegalArgumentException("foreign expression " + e.name());
        }
    }

    private void payload(NftExpr.Payload e) {
        out.be32(1, register(e.into()));
        out.be32(2, e.base().number());
        out.be32(3, e.offset());
        out.be32(4, e.length());
    }

    private void compare(NftExpr.Compare e) {
        out.be32(1, register(e.from()));
        out.be32(2, e.op().number());
        value(3, e.data());
    }

    private void bitwise(NftExpr.Bitwise e) {
        out.be32(1, register(e.from()));
        out.be32(2, register(e.into()));
        out.be32(3, e.mask().length());
        value(4, e.mask());
        value(5, e.xor());
    }

    private void lookup(NftExpr.Lookup e) {
        out.string(1, e.set());
        out.be32(2, register(e.from()));
        if (e.inverted()) {
            out.be32(5, LOOKUP_INVERTED);
        }
    }

    private void immediate(NftVerdict verdict) {
        out.be32(1, REG_VERDICT);
        int data = out.nest(2);
        verdict(verdict);
        out.endNest(data);
    }

    private void destinationNat(NftExpr.DestinationNat e) {
        out.be32(1, 1);
        out.be32(2, e.family());
        out.be32(3, register(e.addressFrom()));
        out.be32(5, register(e.portFrom()));
        out.be32(7, NAT_PROTO_SPECIFIED);
    }

    /** A nest with a plain value. */
    void value(int type, NftData data) {
        int nest = out.nest(type);
        out.bytes(DATA_VALUE, data.raw());
        out.endNest(nest);
    }

    /** A verdict inside a data nest. */
    void verdict(NftVerdict verdict) {
        int nest = out.nest(DATA_VERDICT);
        out.be32(VERDICT_CODE, verdict.code().number());
        if (!verdict.chain().isEmpty()) {
            out.string(VERDICT_CHAIN, verdict.chain());
        }
        out.endNest(nest);
    }
}
