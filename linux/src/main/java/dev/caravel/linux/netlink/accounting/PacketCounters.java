package dev.caravel.linux.netlink.accounting;

import dev.caravel.linux.netlink.AttributeReader;
import dev.caravel.linux.netlink.NetlinkException;
import dev.caravel.linux.netlink.NetlinkFlags;
import dev.caravel.linux.netlink.NetlinkProtocol;
import dev.caravel.linux.netlink.NetlinkSocket;
import dev.caravel.linux.netlink.NetlinkWriter;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;

/**
 * Named packet counters of one network namespace ({@code linux/netfilter/nfnetlink_acct.h}). Safe
 * for several threads.
 */
public final class PacketCounters implements AutoCloseable {
    private static final int SUBSYSTEM = 7 << 8;
    private static final int NEW = 0;
    private static final int GET = 1;
    private static final int NAME = 1;
    private static final int PACKETS = 2;
    private static final int NFGENMSG = 4;

    private final NetlinkSocket socket;

    private PacketCounters(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens the counters of this thread's network namespace. */
    public static PacketCounters open() throws SystemCallException {
        return new PacketCounters(NetlinkSocket.open(NetlinkProtocol.NETFILTER));
    }

    private NetlinkWriter message(int type, int flags, String name) {
        NetlinkWriter out = socket.writer();
        out.begin(SUBSYSTEM | type, NetlinkFlags.REQUEST | flags);
        out.fixed((byte) 0, (byte) 0, (byte) 0, (byte) 0);
        out.string(NAME, name);
        out.end();
        return out;
    }

    /** Makes a counter; one that exists goes on counting. */
    public synchronized void ensure(String name) throws IOException {
        try {
            socket.request(
                    "make packet counter " + name,
                    message(NEW, NetlinkFlags.CREATE | NetlinkFlags.ACK, name));
        } catch (NetlinkException e) {
            // This subsystem says "busy" for "exists".
            if (e.errno() != Errno.EBUSY && e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Number of packets counted so far. */
    public synchronized long packets(String name) throws IOException {
        long[] packets = new long[1];
        socket.dump(
                "read packet counter " + name,
                // The kernel marks the one answer as part of many, with no end: the
                // acknowledgement is the end.
                message(GET, NetlinkFlags.ACK, name),
                (type, buffer, from, to) -> {
                    AttributeReader in = new AttributeReader(buffer, from + NFGENMSG, to);
                    while (in.next()) {
                        if (in.type() == PACKETS) {
                            packets[0] = in.be64();
                        }
                    }
                });
        return packets[0];
    }

    @Override
    public synchronized void close() {
        socket.close();
    }
}
