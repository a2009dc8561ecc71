package dev.caravel.linux.netlink.route;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.netlink.AttributeReader;
import dev.caravel.linux.netlink.NetlinkFlags;
import dev.caravel.linux.netlink.NetlinkProtocol;
import dev.caravel.linux.netlink.NetlinkSocket;
import dev.caravel.linux.netlink.NetlinkWriter;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The addresses of all interfaces ({@code linux/if_addr.h}). */
public final class LocalAddresses {
    private static final int RTM_GETADDR = 22;
    private static final int IFADDRMSG = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    private LocalAddresses() {}

    /** Reads them, both families, in the network namespace of this thread. */
    public static Set<IpAddress> read() throws IOException {
        Set<IpAddress> found = new LinkedHashSet<>();
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkProtocol.ROUTE)) {
            NetlinkWriter out = socket.writer();
            out.begin(RTM_GETADDR, NetlinkFlags.REQUEST | NetlinkFlags.DUMP);
            out.fixed(new byte[IFADDRMSG]);
            out.end();
            socket.dump(
                    "list addresses",
                    out,
                    (type, buffer, from, to) ->
                            address(new AttributeReader(buffer, from + IFADDRMSG, to), found));
        }
        return found;
    }

    /** On a point-to-point link the first attribute is the peer, the second our own address. */
    private static void address(AttributeReader in, Set<IpAddress> found) {
        byte[] own = new byte[0];
        boolean local = false;
        while (in.next()) {
            if (in.type() == IFA_LOCAL || (in.type() == IFA_ADDRESS && !local)) {
                own = in.bytes();
                local = in.type() == IFA_LOCAL;
            }
        }
        if (own.length == 4 || own.length == 16) {
            found.add(IpAddress.of(own));
        }
    }
}
