package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.netlink.AttributeReader;
import dev.caravel.linux.netlink.NetlinkError;
import dev.caravel.linux.netlink.NetlinkException;
import dev.caravel.linux.netlink.NetlinkFlags;
import dev.caravel.linux.netlink.NetlinkProtocol;
import dev.caravel.linux.netlink.NetlinkSocket;
import dev.caravel.linux.netlink.NetlinkWriter;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@link Nftables} of the network namespace of the thread that opened it. */
public final class NetlinkNftables implements Nftables {
    /** Fixed part of every nfnetlink message: family, version, resource. */
    private static final int NFGENMSG = 4;

    /** A dump that others disturb is repeated this often before the disturbed one is used. */
    private static final int DUMP_TRIES = 5;

    private final NetlinkSocket socket;

    private NetlinkNftables(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens nf_tables of this thread's network namespace. */
    public static NetlinkNftables open() throws SystemCallException {
        return new NetlinkNftables(NetlinkSocket.open(NetlinkProtocol.NETFILTER));
    }

    @Override
    public Map<Integer, Long> commit(NftTransaction transaction) throws IOException {
        return commit(transaction, -1);
    }

    @Override
    public Map<Integer, Long> commitAt(int generation, NftTransaction transaction)
            throws IOException {
        return commit(transaction, generation & 0xffffffffL);
    }

    private synchronized Map<Integer, Long> commit(NftTransaction transaction, long generation)
            throws IOException {
        if (transaction.isEmpty()) {
            return Map.of();
        }
        Map<Integer, Long> handles = new HashMap<>();
        NetlinkWriter out = socket.writer();
        NftMessages.Encoded encoded = NftMessages.encode(out, transaction, generation);
        List<String> failures = new ArrayList<>();
        Errno first = Errno.UNKNOWN;
        List<NetlinkError> answers =
                socket.exchange(
                        out,
                        (type, sequence, buffer, from, to) -> {
                            if (type == (NftMessages.SUBSYSTEM | NftMessages.NEW_RULE)) {
                                AttributeReader echo =
                                        new AttributeReader(buffer, from + NFGENMSG, to);
                                handles.put(encoded.firstOp(sequence), rule(echo).handle());
                            }
                        });
        for (NetlinkError answer : answers) {
            if (!answer.success()) {
                if (failures.isEmpty()) {
                    first = answer.errno();
                }
                failures.add(describe(transaction, encoded, answer));
            }
        }
        if (!failures.isEmpty()) {
            throw new NftException(first, failures);
        }
        return handles;
    }

    private static String describe(
            NftTransaction transaction, NftMessages.Encoded encoded, NetlinkError answer) {
        int from = encoded.firstOp(answer.sequence());
        if (from < 0) {
            return "nf_tables transaction of "
                    + transaction.ops().size()
                    + " steps: kernel said "
                    + answer.describe();
        }
        int to = encoded.endOp(answer.sequence());
        String more = to - from == 1 ? "" : " or one of the " + (to - from - 1) + " after it";
        return transaction.ops().get(from) + more + ": kernel said " + answer.describe();
    }

    @Override
    public synchronized int generation() throws IOException {
        int[] found = new int[1];
        NetlinkWriter out = socket.writer();
        out.begin(NftMessages.SUBSYSTEM | NftMessages.GET_GENERATION, NetlinkFlags.REQUEST);
        out.fixed((byte) 0, (byte) 0, (byte) 0, (byte) 0);
        out.end();
        socket.dump(
                "read the nf_tables generation",
                out,
                (type, buffer, from, to) -> {
                    AttributeReader reader = new AttributeReader(buffer, from + NFGENMSG, to);
                    while (reader.next()) {
                        if (reader.type() == 1) {
                            found[0] = reader.be32();
                        }
                    }
                });
        return found[0];
    }

    @Override
    public synchronized boolean exists(NftTable table) throws IOException {
        NetlinkWriter out = socket.writer();
        NftMessages.header(out, NftMessages.GET_TABLE, NetlinkFlags.REQUEST, table);
        out.end();
        try {
            socket.dump("read table " + table, out, (type, buffer, from, to) -> {});
            return true;
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /** Repeats a dump until nobody has disturbed it, collecting from scratch each time. */
    private <T> List<T> collect(
            String tried,
            int message,
            NftTable table,
            Consumer<NetlinkWriter> narrow,
            Reader<T> reader)
            throws IOException {
        List<T> found = new ArrayList<>();
        for (int tries = 0; tries < DUMP_TRIES; tries++) {
            found.clear();
            NetlinkWriter out = socket.writer();
            NftMessages.header(out, message, NetlinkFlags.REQUEST | NetlinkFlags.DUMP, table);
            narrow.accept(out);
            out.end();
            boolean consistent =
                    socket.dump(
                            tried,
                            out,
                            (type, buffer, from, to) ->
                                    reader.read(
                                            new AttributeReader(buffer, from + NFGENMSG, to),
                                            found));
            if (consistent) {
                return found;
            }
        }
        return found;
    }

    private interface Reader<T> {
        void read(AttributeReader attributes, List<T> found);
    }

    @Override
    public synchronized List<NftChain> chains(NftTable table) throws IOException {
        return collect(
                "list chains of " + table,
                NftMessages.GET_CHAIN,
                table,
                out -> {},
                (attributes, found) -> chain(attributes, table).ifPresent(found::add));
    }

    /** The kernel lists the chains of all tables of the family, whatever table was asked for. */
    private static Optional<NftChain> chain(AttributeReader in, NftTable table) {
        String name = "";
        String type = "";
        String comment = "";
        int point = -1;
        int priority = 0;
        while (in.next()) {
            switch (in.type()) {
                case 1 -> {
                    if (!in.string().equals(table.name())) {
                        return Optional.empty();
                    }
                }
                case 3 -> name = in.string();
                case 4 -> {
                    AttributeReader hook = in.nested();
                    while (hook.next()) {
                        if (hook.type() == 1) {
                            point = hook.be32();
                        } else if (hook.type() == 2) {
                            priority = hook.be32();
                        }
                    }
                }
                case 7 -> type = in.string();
                case 12 -> comment = NftUserData.commentOf(0, in);
                default -> {
                    // Counters, use counts, handles.
                }
            }
        }
        String hookType = type;
        int hookPriority = priority;
        Optional<NftHook> hook =
                NftHook.Point.of(point).map(at -> new NftHook(hookType, at, hookPriority));
        return Optional.of(new NftChain(name, hook, comment));
    }

    @Override
    public synchronized List<KernelRule> rules(NftTable table) throws IOException {
        return collect(
                "list rules of " + table,
                NftMessages.GET_RULE,
                table,
                out -> {},
                (attributes, found) -> found.add(rule(attributes)));
    }

    @Override
    public synchronized void rules(NftTable table, RuleSink sink) throws IOException {
        for (int tries = 0; tries < DUMP_TRIES; tries++) {
            sink.restart();
            NetlinkWriter out = socket.writer();
            int flags = NetlinkFlags.REQUEST | NetlinkFlags.DUMP;
            NftMessages.header(out, NftMessages.GET_RULE, flags, table);
            out.end();
            if (socket.dump(
                    "list rules of " + table,
                    out,
                    (type, buffer, from, to) ->
                            sink.rule(rule(new AttributeReader(buffer, from + NFGENMSG, to))))) {
                return;
            }
        }
    }

    @Override
    public synchronized List<KernelRule> rules(NftTable table, String chain) throws IOException {
        return collect(
                "list rules of " + table + " " + chain,
                NftMessages.GET_RULE,
                table,
                out -> out.string(2, chain),
                (attributes, found) -> found.add(rule(attributes)));
    }

    private static KernelRule rule(AttributeReader in) {
        String chain = "";
        String comment = "";
        long handle = 0;
        List<NftExpr> expressions = List.of();
        NftRule.Compat compat = NftRule.Compat.NONE;
        while (in.next()) {
            switch (in.type()) {
                case 2 -> chain = in.string();
                case 3 -> handle = in.be64();
                case 4 -> expressions = ExprReader.list(in.nested());
                case 5 -> compat = compat(in.nested());
                case 7 -> comment = NftUserData.commentOf(0, in);
                default -> {
                    // Table, position.
                }
            }
        }
        return new KernelRule(chain, handle, new NftRule(expressions, compat, comment));
    }

    private static NftRule.Compat compat(AttributeReader in) {
        int protocol = 0;
        int flags = 0;
        while (in.next()) {
            if (in.type() == 1) {
                protocol = in.be32();
            } else if (in.type() == 2) {
                flags = in.be32();
            }
        }
        return new NftRule.Compat(protocol, (flags & 2) != 0);
    }

    @Override
    public synchronized List<NftSet> sets(NftTable table) throws IOException {
        return collect(
                "list sets of " + table,
                NftMessages.GET_SET,
                table,
                out -> {},
                (attributes, found) -> set(attributes).ifPresent(found::add));
    }

    private static Optional<NftSet> set(AttributeReader in) {
        String name = "";
        String comment = "";
        int flags = 0;
        int keyType = 0;
        int dataType = 0;
        int size = 0;
        long timeout = 0;
        while (in.next()) {
            switch (in.type()) {
                case 2 -> name = in.string();
                case 3 -> flags = in.be32();
                case 4 -> keyType = in.be32();
                case 6 -> dataType = in.be32();
                case 9 -> {
                    AttributeReader description = in.nested();
                    while (description.next()) {
                        size = description.type() == 1 ? description.be32() : size;
                    }
                }
                case 11 -> timeout = in.be64();
                case 13 -> comment = NftUserData.commentOfSet(in);
                default -> {
                    // Lengths follow from the types; policy and handle do not matter.
                }
            }
        }
        if ((flags & NftSetCodec.FLAG_ANONYMOUS) != 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    NftSetCodec.decode(name, flags, keyType, dataType, timeout, size, comment));
        } catch (IllegalArgumentException e) {
            // A key type this project never uses: somebody else's set, known by name only.
            return Optional.of(NftSet.set(name, List.of(NftField.MARK), "unknown type"));
        }
    }

    @Override
    public synchronized List<NftElement> elements(NftTable table, NftSet set) throws IOException {
        return collect(
                "list elements of " + table + " " + set,
                NftMessages.GET_ELEMENT,
                table,
                out -> out.string(2, set.name()),
                NetlinkNftables::elements);
    }

    private static void elements(AttributeReader in, List<NftElement> found) {
        while (in.next()) {
            if (in.type() == 3) {
                AttributeReader list = in.nested();
                while (list.next()) {
                    found.add(element(list.nested()));
                }
            }
        }
    }

    private static NftElement element(AttributeReader in) {
        NftData key = NftData.of();
        NftValue value = NftValue.None.NONE;
        String comment = "";
        while (in.next()) {
            switch (in.type()) {
                case 1 -> key = ExprReader.data(in.nested()) instanceof NftData data ? data : key;
                case 2 -> value = ExprReader.data(in.nested());
                case 6 -> comment = NftUserData.commentOf(0, in);
                default -> {
                    // Flags, timeouts.
                }
            }
        }
        return new NftElement(key, value, comment);
    }

    @Override
    public void close() {
        socket.close();
    }
}
