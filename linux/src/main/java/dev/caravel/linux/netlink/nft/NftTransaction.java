package dev.caravel.linux.netlink.nft;

import java.util.List;

/** Steps that take effect together or not at all, in order. */
public record NftTransaction(List<NftOp> ops) {
    public NftTransaction {
        ops = List.copyOf(ops);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return ops.isEmpty();
    }

    /** One step a line. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (NftOp op : ops) {
            out.append(op).append('\n');
        }
        return out.toString();
    }
}
