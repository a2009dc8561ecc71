package dev.caravel.linux.netlink.nft;

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
