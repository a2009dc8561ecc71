package dev.caravel.linux.netlink.conntrack;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.AttributeReader;
import dev.caravel.linux.netlink.NetlinkError;
import dev.caravel.linux.netlink.NetlinkFlags;
import dev.caravel.linux.netlink.NetlinkProtocol;
import dev.caravel.linux.netlink.NetlinkSocket;
import dev.caravel.linux.netlink.NetlinkWriter;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * {@link Conntrack} over ctnetlink ({@code linux/netfilter/nfnetlink_conntrack.h}), in the network
 * namespace of the thread that opened it.
 */
public final class NetlinkConntrack implements Conntrack {
    private static final int SUBSYSTEM = 1 << 8;
    private static final int GET = 1;
    private static final int DELETE = 2;
    private static final int TUPLE_ORIGINAL = 1;
    private static final int TUPLE_REPLY = 2;
    private static final int ID = 12;
    private static final int ZONE = 18;
    private static final int FILTER = 25;
    private static final int FILTER_PROTOCOL = 0x8;
    private static final int TUPLE_IP = 1;
    private static final int TUPLE_PROTO = 2;
    private static final int PROTO_NUMBER = 1;
    private static final int PROTO_SOURCE_PORT = 2;
    private static final int PROTO_DESTINATION_PORT = 3;
    private static final int NFGENMSG = 4;
    private static final int DUMP_TRIES = 5;

    /** Acknowledgements of one send must fit the receive buffer. */
    private static final int DELETES_AT_ONCE = 500;

    private final NetlinkSocket socket;

    private NetlinkConntrack(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens the connection table of this thread's network namespace. */
    public static NetlinkConntrack open() throws SystemCallException {
        return new NetlinkConntrack(NetlinkSocket.open(NetlinkProtocol.NETFILTER));
    }

    @Override
    public synchronized List<ConntrackEntry> entries(
            IpFamily family, int protocol, Predicate<ConntrackEntry> wanted) throws IOException {
        List<ConntrackEntry> found = new ArrayList<>();
        for (int tries = 0; tries < DUMP_TRIES; tries++) {
            found.clear();
            NetlinkWriter out = socket.writer();
            out.begin(SUBSYSTEM | GET, NetlinkFlags.REQUEST | NetlinkFlags.DUMP);
            out.fixed((byte) family.number(), (byte) 0, (byte) 0, (byte) 0);
            filter(out, family, protocol);
            out.end();
            boolean consistent =
                    socket.dump(
                            "list " + family + " connections",
                            out,
                            (type, buffer, from, to) -> {
                                ConntrackEntry entry =
                                        entry(new AttributeReader(buffer, from + NFGENMSG, to));
                                if (entry.original().protocol() == protocol && wanted.test(entry)) {
                                    found.add(entry);
                                }
                            });
            if (consistent) {
                break;
            }
        }
        return found;
    }

    /**
     * Asks the kernel to leave out other protocols, which spares most of the copying. A kernel
     * before 5.8 does not know the filter and lists everything.
     */
    private static void filter(NetlinkWriter out, IpFamily family, int protocol) {
        IpAddress any = IpAddress.unspecified(family);
        tuple(out, new ConntrackTuple(any, any, protocol, 0, 0));
        int filter = out.nest(FILTER);
        out.u32(1, FILTER_PROTOCOL).u32(2, 0);
        out.endNest(filter);
    }

    private static final ConntrackTuple NOTHING =
            new ConntrackTuple(
                    IpAddress.unspecified(IpFamily.IPV4),
                    IpAddress.unspecified(IpFamily.IPV4),
                    0,
                    0,
                    0);

    private static ConntrackEntry entry(AttributeReader in) {
        ConntrackTuple original = NOTHING;
        ConntrackTuple reply = NOTHING;
        int id = 0;
        int zone = 0;
        while (in.next()) {
            switch (in.type()) {
                case TUPLE_ORIGINAL -> original = tuple(in.nested());
                case TUPLE_REPLY -> reply = tuple(in.nested());
                case ID -> id = in.be32();
                case ZONE -> zone = in.be16();
                default -> {
                    // Counters, timeouts, marks.
                }
            }
        }
        return new ConntrackEntry(original, reply, id, zone);
    }

    private static ConntrackTuple tuple(AttributeReader in) {
        IpAddress source = NOTHING.source();
        IpAddress destination = NOTHING.destination();
        int protocol = 0;
        int sourcePort = 0;
        int destinationPort = 0;
        while (in.next()) {
            AttributeReader part = in.nested();
            boolean addresses = in.type() == TUPLE_IP;
            while (part.next()) {
                if (addresses) {
                    if (part.length() != 4 && part.length() != 16) {
                        continue;
                    }
                    // 1 and 3 are the sources, 2 and 4 the destinations of IPv4 and IPv6.
                    if (part.type() % 2 == 1) {
                        source = IpAddress.of(part.bytes());
                    } else {
                        destination = IpAddress.of(part.bytes());
                    }
                } else if (in.type() == TUPLE_PROTO) {
                    switch (part.type()) {
                        case PROTO_NUMBER -> protocol = part.u8();
                        case PROTO_SOURCE_PORT -> sourcePort = part.be16();
                        case PROTO_DESTINATION_PORT -> destinationPort = part.be16();
                        default -> {
                            // ICMP identifiers and types.
                        }
                    }
                }
            }
        }
        return new ConntrackTuple(source, destination, protocol, sourcePort, destinationPort);
    }

    @Override
    public synchronized Deleted delete(List<ConntrackEntry> entries) throws IOException {
        int gone = 0;
        int refused = 0;
        for (int at = 0; at < entries.size(); at += DELETES_AT_ONCE) {
            List<ConntrackEntry> some =
                    entries.subList(at, Math.min(entries.size(), at + DELETES_AT_ONCE));
            NetlinkWriter out = socket.writer();
            some.forEach(entry -> delete(out, entry));
            for (NetlinkError answer : socket.exchange(out)) {
                if (answer.success() || answer.number() == Errno.ENOENT.number()) {
                    gone++;
                } else {
                    refused++;
                }
            }
        }
        return new Deleted(gone, refused);
    }

    /** A deletion without tuple would flush the whole table, so the tuple is always complete. */
    private static void delete(NetlinkWriter out, ConntrackEntry entry) {
        IpFamily family = entry.original().source().family();
        out.begin(SUBSYSTEM | DELETE, NetlinkFlags.REQUEST | NetlinkFlags.ACK);
        out.fixed((byte) family.number(), (byte) 0, (byte) 0, (byte) 0);
        tuple(out, entry.original());
        if (entry.zone() != 0) {
            out.be16(ZONE, entry.zone());
        }
        out.be32(ID, entry.id());
        out.end();
    }

    private static void tuple(NetlinkWriter out, ConntrackTuple tuple) {
        boolean v4 = tuple.source().family() == IpFamily.IPV4;
        int original = out.nest(TUPLE_ORIGINAL);
        int ip = out.nest(TUPLE_IP);
        out.bytes(v4 ? 1 : 3, tuple.source().bytes())
                .bytes(v4 ? 2 : 4, tuple.destination().bytes());
        out.endNest(ip);
        int proto = out.nest(TUPLE_PROTO);
        out.u8(PROTO_NUMBER, tuple.protocol())
                .be16(PROTO_SOURCE_PORT, tuple.sourcePort())
                .be16(PROTO_DESTINATION_PORT, tuple.destinationPort());
        out.endNest(proto);
        out.endNest(original);
    }

    @Override
    public void close() {
        socket.close();
    }
}
