package dev.caravel.linux.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Sends datagrams to unix sockets, which Java cannot; systemd's notify socket is one. */
public final class UnixDatagram {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** Room for a path in struct sockaddr_un, without the NUL behind it. */
    private static final int MAX_ADDRESS = 107;

    private UnixDatagram() {}

    /**
     * Sends one datagram.
     *
     * @param address path of the socket, or {@code @name} for one in the abstract namespace
     *     (unix(7)), as in {@code $NOTIFY_SOCKET}
     * @throws IllegalArgumentException if the address is neither, or too long
     */
    public static void send(String address, byte[] payload) throws SystemCallException {
        byte[] target = socketAddress(address);
        int fd = Native.libc().socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw Native.failure("socket", "for " + address);
        }
        try (Descriptor socket = new Descriptor(fd, address)) {
            long sent =
                    Native.libc()
                            .sendto(
                                    socket.number(),
                                    payload,
                                    payload.length,
                                    MSG_NOSIGNAL,
                                    target,
                                    target.length);
            if (sent < 0) {
                throw Native.failure("sendto", address);
            }
        }
    }

    /**
     * struct sockaddr_un: the family, then the path; an abstract name has a NUL for its {@code @}.
     */
    static byte[] socketAddress(String address) {
        boolean isAbstract = address.startsWith("@");
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        if (!isAbstract && !address.startsWith("/")) {
            throw new IllegalArgumentException(
                    "socket address '" + address + "' is neither a path nor @name");
        }
        if (path.length > MAX_ADDRESS || path.length < 2) {
            throw new IllegalArgumentException(
                    "socket address '" + address + "' must have 2 to " + MAX_ADDRESS + " bytes");
        }
        if (isAbstract) {
            path[0] = 0;
        }
        int terminator = isAbstract ? 0 : 1;
        ByteBuffer out =
                ByteBuffer.allocate(2 + path.length + terminator).order(ByteOrder.nativeOrder());
        out.putShort((short) AF_UNIX).put(path);
        return out.array();
    }
}
