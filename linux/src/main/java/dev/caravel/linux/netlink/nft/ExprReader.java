package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.netlink.AttributeReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes to expressions. Whatever this project does not write itself becomes a {@link
 * NftExpr.Foreign}.
 */
final class ExprReader {
    private ExprReader() {}

    /** Reads {@code NFTA_RULE_EXPRESSIONS}. */
    static List<NftExpr> list(AttributeReader elements) {
        List<NftExpr> found = new ArrayList<>();
        while (elements.next()) {
            String name = "";
            byte[] data = new byte[0];
            AttributeReader element = elements.nested();
            while (element.next()) {
                switch (element.type()) {
                    case ExprWriter.EXPR_NAME -> name = element.string();
                    case ExprWriter.EXPR_DATA -> data = element.bytes();
                    default -> {
                        // Nothing else belongs here.
                    }
                }
            }
            found.add(expression(name, data));
        }
        return found;
    }

    /** The attributes of one expression by type. */
    private static final class Fields {
        private final Map<Integer, AttributeReader> byType = new HashMap<>();
        private final int count;

        Fields(byte[] data) {
            int seen = 0;
            int at = 0;
            AttributeReader step = new AttributeReader(data, 0, data.length);
            while (step.next()) {
                AttributeReader one = new AttributeReader(data, at, data.length);
                one.next();
                byType.put(one.type(), one);
                at += (one.length() + 7) & ~3;
                seen++;
            }
            count = seen;
        }

        boolean has(int type) {
            return byType.containsKey(type);
        }

        int number(int type) {
            AttributeReader reader = byType.get(type);
            return reader == null ? 0 : reader.be32();
        }

        int octet(int type) {
            AttributeReader reader = byType.get(type);
            return reader == null ? 0 : reader.u8();
        }

        int slot(int type) {
            return ExprWriter.slot(number(type));
        }

        String text(int type) {
            AttributeReader reader = byType.get(type);
            return reader == null ? "" : reader.string();
        }

        NftData bytes(int type) {
            AttributeReader reader = byType.get(type);
            return reader == null ? NftData.of() : NftData.of(reader.bytes());
        }

        NftData value(int type) {
            AttributeReader reader = byType.get(type);
            NftValue value = reader == null ? NftData.of() : data(reader.nested());
            return value instanceof NftData data ? data : NftData.of();
        }
    }

    /** Reads a data nest: plain bytes or a verdict. */
    static NftValue data(AttributeReader nest) {
        NftValue found = NftValue.None.NONE;
        while (nest.next()) {
            if (nest.type() == ExprWriter.DATA_VALUE) {
                found = NftData.of(nest.bytes());
            } else if (nest.type() == ExprWriter.DATA_VERDICT) {
                found = verdict(nest.nested());
            }
        }
        return found;
    }

    private static NftVerdict verdict(AttributeReader nest) {
        int code = 0;
        String chain = "";
        while (nest.next()) {
            if (nest.type() == ExprWriter.VERDICT_CODE) {
                code = nest.be32();
            } else if (nest.type() == ExprWriter.VERDICT_CHAIN) {
                chain = nest.string();
            }
        }
        return new NftVerdict(NftVerdict.Code.of(code), chain);
    }

    private static NftExpr expression(String name, byte[] data) {
        try {
            NftExpr known = known(name, new Fields(data));
            if (known != null) {
                return known;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // A number this project never writes: not ours, so only its bytes matter.
            return new NftExpr.Foreign(name, NftData.of(data));
        }
        return new NftExpr.Foreign(name, NftData.of(data));
    }

    private static @Nullable NftExpr known(String name, Fields f) {
        return switch (name) {
            case "meta" -> meta(f);
            case "payload" ->
                    f.has(1)
                            ? new NftExpr.Payload(
                                    NftExpr.Payload.Base.of(f.number(2)),
                                    f.number(3),
                                    f.number(4),
                                    f.slot(1))
                            : null;
            case "cmp" ->
                    new NftExpr.Compare(f.slot(1), NftExpr.Compare.Op.of(f.number(2)), f.value(3));
            case "bitwise" ->
                    f.number(6) == 0
                            ? new NftExpr.Bitwise(f.slot(1), f.slot(2), f.value(4), f.value(5))
                            : null;
            case "ct" -> conntrack(f);
            case "fib" -> addressType(f);
            case "lookup" -> lookup(f);
            case "immediate" -> immediate(f);
            case "numgen" ->
                    f.number(3) == 1 && f.number(4) == 0
                            ? new NftExpr.Random(f.slot(1), f.number(2))
                            : null;
            case "nat" -> nat(f);
            case "masq" ->
                    f.number(1) == ExprWriter.FULLY_RANDOM && !f.has(2)
                            ? new NftExpr.Masquerade()
                            : null;
            case "reject" -> f.number(1) == 0 ? new NftExpr.Reject(f.octet(2)) : null;
            case "dynset" ->
                    f.number(3) == 1 && !f.has(5)
                            ? new NftExpr.SetUpdate(f.text(1), f.slot(4))
                            : null;
            case "counter" -> new NftExpr.Counter();
            case "match" -> new NftExpr.CompatMatch(f.text(1), f.number(2), f.bytes(3));
            case "target" -> new NftExpr.CompatTarget(f.text(1), f.number(2), f.bytes(3));
            default -> null;
        };
    }

    private static @Nullable NftExpr meta(Fields f) {
        for (NftExpr.MetaKey key : NftExpr.MetaKey.values()) {
            if (key.number() == f.number(2)) {
                return f.has(3)
                        ? new NftExpr.MetaSet(key, f.slot(3))
                        : new NftExpr.Meta(key, f.slot(1));
            }
        }
        return null;
    }

    private static @Nullable NftExpr conntrack(Fields f) {
        for (NftExpr.Conntrack.Key key : NftExpr.Conntrack.Key.values()) {
            if (key.number() == f.number(2) && f.has(1) && !f.has(3)) {
                return new NftExpr.Conntrack(key, f.slot(1));
            }
        }
        return null;
    }

    private static @Nullable NftExpr addressType(Fields f) {
        int flags = f.number(3);
        return f.number(2) == ExprWriter.RTN_ADDRTYPE
                        && (flags == ExprWriter.FIB_SADDR || flags == ExprWriter.FIB_DADDR)
                ? new NftExpr.AddressType(flags == ExprWriter.FIB_SADDR, f.slot(1))
                : null;
    }

    private static NftExpr lookup(Fields f) {
        if (!f.has(3)) {
            return new NftExpr.Lookup(
                    f.text(1), f.slot(2), f.number(5) == ExprWriter.LOOKUP_INVERTED);
        }
        return f.number(3) == ExprWriter.REG_VERDICT
                ? new NftExpr.VerdictLookup(f.text(1), f.slot(2))
                : new NftExpr.MapLookup(f.text(1), f.slot(2), f.slot(3));
    }

    private static @Nullable NftExpr immediate(Fields f) {
        AttributeReader nest = f.byType.get(2);
        if (nest == null || f.count != 2) {
            return null;
        }
        return switch (data(nest.nested())) {
            case NftVerdict verdict -> new NftExpr.Verdict(verdict);
            case NftData value -> new NftExpr.Immediate(f.slot(1), value);
            case NftValue.None none -> null;
        };
    }

    private static @Nullable NftExpr nat(Fields f) {
        return f.number(1) == 1 && f.has(3) && f.has(5) && (f.number(7) & ~3) == 0
                ? new NftExpr.DestinationNat(f.number(2), f.slot(3), f.slot(5))
                : null;
    }
}
