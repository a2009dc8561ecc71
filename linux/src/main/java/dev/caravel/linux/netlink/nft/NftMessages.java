package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.netlink.NetlinkFlags;
import dev.caravel.linux.netlink.NetlinkWriter;
import java.util.List;

/**
 * A transaction as netlink messages. Neighbouring elements of one set share a message up to the
 * size an attribute can have, so 10,000 services are about forty messages.
 */
final class NftMessages {
    static final int SUBSYSTEM = 10 << 8;
    static final int NEW_TABLE = 0;
    static final int GET_TABLE = 1;
    static final int DELETE_TABLE = 2;
    static final int NEW_CHAIN = 3;
    static final int GET_CHAIN = 4;
    static final int DELETE_CHAIN = 5;
    static final int NEW_RULE = 6;
    static final int GET_RULE = 7;
    static final int DELETE_RULE = 8;
    static final int NEW_SET = 9;
    static final int GET_SET = 10;
    static final int DELETE_SET = 11;
    static final int NEW_ELEMENT = 12;
    static final int GET_ELEMENT = 13;
    static final int DELETE_ELEMENT = 14;
    static final int GET_GENERATION = 16;

    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int BATCH_GENERATION = 1;
    private static final int NFNL_SUBSYS_NFTABLES = 10;

    /** Room left in a message for the last element, which may carry a chain name and a comment. */
    private static final int ELEMENT_SLACK = 1024;

    private static final int CREATE = NetlinkFlags.REQUEST | NetlinkFlags.CREATE;

    private final NetlinkWriter out;
    private final ExprWriter expressions;
    private final int[] firstOp;
    private final int firstSequence;
    private int messages;

    private NftMessages(NetlinkWriter out, int ops) {
        this.out = out;
        this.expressions = new ExprWriter(out);
        this.firstOp = new int[ops + 3];
        this.firstSequence = out.sequence() + 1;
    }

    /** Which operations each message carries, to name the one an error belongs to. */
    static final class Encoded {
        private final int firstSequence;
        private final int[] firstOp;
        private final int messages;
        private final int ops;

        private Encoded(NftMessages batch, int ops) {
            this.firstSequence = batch.firstSequence;
            this.firstOp = batch.firstOp;
            this.messages = batch.messages;
            this.ops = ops;
        }

        /** First operation of the message with that number, or −1 for the frame around them. */
        int firstOp(int sequence) {
            int message = sequence - firstSequence;
            return message < 1 || message >= messages - 1 ? -1 : firstOp[message];
        }

        /** One after the last operation of that message. */
        int endOp(int sequence) {
            int message = sequence - firstSequence;
            return message + 1 >= messages - 1 ? ops : firstOp[message + 1];
        }
    }

    /**
     * Writes the whole batch.
     *
     * @param generation what the kernel must be at, or −1 for any
     */
    static Encoded encode(NetlinkWriter out, NftTransaction transaction, long generation) {
        List<NftOp> ops = transaction.ops();
        NftMessages batch = new NftMessages(out, ops.size());
        batch.frame(BATCH_BEGIN, generation);
        for (int i = 0; i < ops.size(); ) {
            batch.firstOp[batch.messages++] = i;
            i = batch.message(ops, i);
        }
        batch.frame(BATCH_END, -1);
        return new Encoded(batch, ops.size());
    }

    private void frame(int type, long generation) {
        out.begin(type, NetlinkFlags.REQUEST);
        out.fixed((byte) 0, (byte) 0, (byte) 0, (byte) NFNL_SUBSYS_NFTABLES);
        if (generation >= 0) {
            out.be32(BATCH_GENERATION, (int) generation);
        }
        out.end();
        messages++;
    }

    /** Begins a message in the family of {@code table} and names the table. */
    static void header(NetlinkWriter out, int message, int flags, NftTable table) {
        out.begin(SUBSYSTEM | message, flags);
        out.fixed((byte) table.family().number(), (byte) 0, (byte) 0, (byte) 0);
        out.string(1, table.name());
    }

    /** Writes one message and returns the index of the operation after those in it. */
    private int message(List<NftOp> ops, int at) {
        NftOp op = ops.get(at);
        NftTable table = op.table();
        int next = at + 1;
        switch (op) {
            case NftOp.AddTable add -> {
                header(out, NEW_TABLE, CREATE, table);
                if (!add.comment().isEmpty()) {
                    out.bytes(6, NftUserData.comment(0, add.comment()));
                }
            }
            case NftOp.DeleteTable delete -> header(out, DELETE_TABLE, NetlinkFlags.REQUEST, table);
            case NftOp.AddChain add -> chain(table, add.chain());
            case NftOp.FlushChain flush -> {
                header(out, DELETE_RULE, NetlinkFlags.REQUEST, table);
                out.string(2, flush.chain());
            }
            case NftOp.DeleteChain delete -> {
                header(out, DELETE_CHAIN, NetlinkFlags.REQUEST, table);
                out.string(3, delete.chain());
            }
            case NftOp.AddRule add -> {
                header(out, NEW_RULE, CREATE | NetlinkFlags.APPEND, table);
                rule(add.chain(), add.rule());
            }
            case NftOp.InsertRule insert -> {
                header(out, NEW_RULE, CREATE | NetlinkFlags.ECHO, table);
                rule(insert.chain(), insert.rule());
            }
            case NftOp.DeleteRule delete -> {
                header(out, DELETE_RULE, NetlinkFlags.REQUEST, table);
                out.string(2, delete.chain()).be64(3, delete.handle());
            }
            case NftOp.AddSet add -> set(table, add.set());
            case NftOp.FlushSet flush -> {
                header(out, DELETE_ELEMENT, NetlinkFlags.REQUEST, table);
                out.string(2, flush.set());
            }
            case NftOp.DeleteSet delete -> {
                header(out, DELETE_SET, NetlinkFlags.REQUEST, table);
                out.string(2, delete.set());
            }
            case NftOp.AddElement add -> next = addElements(ops, at, table, add.set());
            case NftOp.DeleteElement delete -> next = deleteElements(ops, at, table, delete.set());
        }
        out.end();
        return next;
    }

    private void chain(NftTable table, NftChain chain) {
        header(out, NEW_CHAIN, CREATE, table);
        out.string(3, chain.name());
        chain.hook()
                .ifPresent(hook -> {
                    int nest = out.nest(4);
                    out.be32(1, hook.point().number()).be32(2, hook.priority());
                    out.endNest(nest);
                    out.be32(5, NftVerdict.Code.ACCEPT.number());
                    out.string(7, hook.type());
                });
        if (!chain.comment().isEmpty()) {
            out.bytes(12, NftUserData.comment(0, chain.comment()));
        }
    }

    private void rule(String chain, NftRule rule) {
        out.string(2, chain);
        int list = out.nest(4);
        for (NftExpr expression : rule.expressions()) {
            expressions.write(expression);
        }
        out.endNest(list);
        if (rule.compat().protocol() >= 0) {
            int compat = out.nest(5);
            out.be32(1, rule.compat().protocol()).be32(2, rule.compat().inverted() ? 2 : 0);
            out.endNest(compat);
        }
        if (!rule.comment().isEmpty()) {
            out.bytes(7, NftUserData.comment(0, rule.comment()));
        }
    }

    private void set(NftTable table, NftSet set) {
        header(out, NEW_SET, CREATE, table);
        out.string(2, set.name());
        out.be32(3, NftSetCodec.flags(set));
        out.be32(4, NftSetCodec.typeNumber(set.key()));
        out.be32(5, set.keyLength());
        if (set.verdicts()) {
            out.be32(6, NftSetCodec.VERDICT_TYPE).be32(7, 0);
        } else if (set.isMap()) {
            out.be32(6, NftSetCodec.typeNumber(set.value())).be32(7, NftSet.length(set.value()));
        }
        if (set.size() > 0) {
            int description = out.nest(9);
            out.be32(1, set.size());
            out.endNest(description);
        }
        // Required by the kernel; means something only where a rule of the same batch refers to it.
        out.be32(10, out.sequence());
        if (set.timeoutMillis() > 0) {
            out.be64(11, set.timeoutMillis());
        }
        out.bytes(13, NftUserData.set(set));
    }

    private boolean full() {
        return out.length() - messageStart > NetlinkWriter.MAX_ATTRIBUTE - ELEMENT_SLACK;
    }

    private int messageStart;

    private int addElements(List<NftOp> ops, int at, NftTable table, String set) {
        messageStart = out.length();
        header(out, NEW_ELEMENT, CREATE, table);
        out.string(2, set);
        int list = out.nest(3);
        int next = at;
        do {
            element(((NftOp.AddElement) ops.get(next++)).element());
        } while (next < ops.size()
                && !full()
                && ops.get(next) instanceof NftOp.AddElement more
                && more.set().equals(set)
                && more.table().equals(table));
        out.endNest(list);
        return next;
    }

    private int deleteElements(List<NftOp> ops, int at, NftTable table, String set) {
        messageStart = out.length();
        header(out, DELETE_ELEMENT, NetlinkFlags.REQUEST, table);
        out.string(2, set);
        int list = out.nest(3);
        int next = at;
        do {
            int element = out.nest(ExprWriter.LIST_ELEM);
            expressions.value(1, ((NftOp.DeleteElement) ops.get(next++)).key());
            out.endNest(element);
        } while (next < ops.size()
                && !full()
                && ops.get(next) instanceof NftOp.DeleteElement more
                && more.set().equals(set)
                && more.table().equals(table));
        out.endNest(list);
        return next;
    }

    private void element(NftElement element) {
        int nest = out.nest(ExprWriter.LIST_ELEM);
        expressions.value(1, element.key());
        switch (element.value()) {
            case NftData data -> expressions.value(2, data);
            case NftVerdict verdict -> {
                int data = out.nest(2);
                expressions.verdict(verdict);
                out.endNest(data);
            }
            case NftValue.None none -> {
                // A set has keys only.
            }
        }
        if (!element.comment().isEmpty()) {
            out.bytes(6, NftUserData.comment(0, element.comment()));
        }
        out.endNest(nest);
    }
}
