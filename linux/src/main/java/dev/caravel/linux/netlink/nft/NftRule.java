package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.netlink.NetlinkWriter;
import java.util.List;

/**
 * One rule: expressions in the order they run.
 *
 * @param compat what iptables stores beside the expressions; {@link Compat#NONE} for native rules
 * @param comment shown by listings, empty for none
 */
public record NftRule(List<NftExpr> expressions, Compat compat, String comment) {
    /**
     * {@code NFTA_RULE_COMPAT}: the protocol a compat match is checked against.
     *
     * @param protocol number of the layer 4 protocol, 0 for any
     */
    public record Compat(int protocol, boolean inverted) {
        /** A rule without compat expressions. */
        public static final Compat NONE = new Compat(-1, false);
    }

    public NftRule {
        expressions = List.copyOf(expressions);
    }

    /** A native rule without comment. */
    public static NftRule of(NftExpr... expressions) {
        return new NftRule(List.of(expressions), Compat.NONE, "");
    }

    /**
     * A number that two rules share only if they do the same. What the kernel does not give back,
     * {@code compat}, does not count.
     */
    public long digest() {
        NetlinkWriter out = new NetlinkWriter(0);
        ExprWriter writer = new ExprWriter(out);
        out.begin(0, 0);
        for (NftExpr expression : expressions) {
            if (expression instanceof NftExpr.Foreign(String name, NftData attributes)) {
                out.string(1, name).bytes(2, attributes.raw());
            } else {
                writer.write(expression);
            }
        }
        out.string(3, comment);
        out.end();
        return digest(out.toByteArray());
    }

    /** FNV-1a over four bytes at a time, finished as MurmurHash 3 does. */
    private static long digest(byte[] bytes) {
        long hash = 0xcbf29ce484222325L;
        for (int at = 0; at < bytes.length; at += Integer.BYTES) {
            int word = 0;
            for (int i = 0; i < Integer.BYTES && at + i < bytes.length; i++) {
                word = (word << 8) | (bytes[at + i] & 0xff);
            }
            hash = (hash ^ (word & 0xffffffffL)) * 0x100000001b3L;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /** The same rule with a comment. */
    public NftRule withComment(String text) {
        return new NftRule(expressions, compat, text);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (NftExpr expression : expressions) {
            out.append("[ ").append(expression).append(" ] ");
        }
        if (!comment.isEmpty()) {
            out.append("comment \"").append(comment).append('"');
        }
        return out.toString().strip();
    }
}
