package dev.caravel.linux.netlink;

import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A netlink socket in the network namespace of the thread that opened it. Requests are synchronous:
 * when the kernel has taken a message its answers are already queued, so nothing here waits for
 * long. Not safe for use by several threads at once.
 */
public final class NetlinkSocket implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;

    /** Largest part of a dump: the kernel never makes one longer than 32 KiB. */
    private static final int RECEIVE_BUFFER = 64 * 1024;

    private static final int SOCKET_RECEIVE_BUFFER = 4 << 20;
    private static final int DEFAULT_SEND_BUFFER = 212_992;

    /** The kernel counts its own bookkeeping against the send buffer too. */
    private static final int SEND_SLACK = 64 * 1024;

    /** A dump comes at once; waiting this long means the kernel or this code is broken. */
    private static final int ANSWER_TIMEOUT_SECONDS = 10;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private final NetlinkProtocol protocol;
    private final int fd;
    private final byte[] buffer = new byte[RECEIVE_BUFFER];
    private final byte[] sender = new byte[12];
    private int sendBuffer = DEFAULT_SEND_BUFFER;
    private int sequence;
    private boolean closed;

    private NetlinkSocket(NetlinkProtocol protocol, int fd) {
        this.protocol = protocol;
        this.fd = fd;
    }

    /** Opens a socket in this thread's network namespace. */
    public static NetlinkSocket open(NetlinkProtocol protocol) throws SystemCallException {
        NetlinkCalls.Libc libc = NetlinkCalls.libc();
        int fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol.number());
        if (fd < 0) {
            throw NetlinkCalls.failure("socket", "netlink " + protocol);
        }
        NetlinkSocket socket = new NetlinkSocket(protocol, fd);
        try {
            socket.prepare();
        } catch (SystemCallException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private void prepare() throws SystemCallException {
        byte[] address = new byte[12];
        SHORT.set(address, 0, (short) AF_NETLINK);
        if (NetlinkCalls.libc().bind(fd, address, address.length) != 0) {
            throw NetlinkCalls.failure("bind", "netlink " + protocol);
        }
        option(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        option(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        byte[] timeout = new byte[16];
        INT.set(timeout, 0, ANSWER_TIMEOUT_SECONDS);
        if (NetlinkCalls.libc().setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout, 16) != 0) {
            throw NetlinkCalls.failure("setsockopt", "netlink receive timeout");
        }
        option(SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_RECEIVE_BUFFER);
    }

    private void option(int level, int option, int value) throws SystemCallException {
        byte[] bytes = new byte[4];
        INT.set(bytes, 0, value);
        if (NetlinkCalls.libc().setsockopt(fd, level, option, bytes, 4) != 0) {
            throw NetlinkCalls.failure("setsockopt", "netlink option " + option + " = " + value);
        }
    }

    /** Begins messages for this socket, with sequence numbers it has not used yet. */
    public NetlinkWriter writer() {
        return new NetlinkWriter(sequence + 1);
    }

    /** Joins a multicast group; see {@link #listen}. */
    public void join(int group) throws SystemCallException {
        option(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    }

    /**
     * Sends all messages of {@code messages} in one call and returns every error and
     * acknowledgement the kernel has queued for them, in order. No answer at all is success.
     */
    public List<NetlinkError> exchange(NetlinkWriter messages) throws IOException {
        return exchange(messages, (type, sequence, buffer, from, to) -> {});
    }

    /** Takes one message the kernel sends back because it was asked to echo what it made. */
    @FunctionalInterface
    public interface EchoHandler {
        /**
         * Reads one message; {@code buffer} is used again afterwards.
         *
         * @param sequence number of the message it echoes
         */
        void echo(int type, int sequence, byte[] buffer, int from, int to);
    }

    /** The same, with everything that is no answer going to {@code echoes}. */
    public List<NetlinkError> exchange(NetlinkWriter messages, EchoHandler echoes)
            throws IOException {
        send(messages);
        List<NetlinkError> answers = new ArrayList<>();
        while (true) {
            int size = receive(MSG_DONTWAIT);
            if (size < 0) {
                return answers;
            }
            parts(
                    size,
                    (type, from, to, flags, seq) -> {
                        if (type == NetlinkFlags.TYPE_ERROR) {
                            answers.add(error(from, to, flags, seq));
                        } else {
                            echoes.echo(type, seq, buffer, from, to);
                        }
                        return true;
                    });
        }
    }

    /**
     * Sends one message that asks for an acknowledgement and waits for it.
     *
     * @param tried what is asked for, for the exception
     * @throws NetlinkException when the kernel refuses
     */
    public void request(String tried, NetlinkWriter message) throws IOException {
        for (NetlinkError answer : exchange(message)) {
            if (!answer.success()) {
                throw new NetlinkException(tried, answer);
            }
        }
    }

    /**
     * Sends a dump request, or a request for one object, and hands every message of the reply to
     * {@code handler}.
     *
     * @param tried what is asked for, for the exception
     * @return false when the kernel says that the objects changed meanwhile, so that the dump is
     *     not consistent and should be repeated
     * @throws NetlinkException when the kernel refuses
     */
    public boolean dump(String tried, NetlinkWriter request, MessageHandler handler)
            throws IOException {
        send(request);
        Dump dump = new Dump(tried, request.sequence(), handler);
        while (!dump.done) {
            int size = receive(0);
            if (size < 0) {
                throw new NetlinkException(tried, Errno.ETIMEDOUT, "kernel did not answer");
            }
            parts(size, dump);
            if (dump.failure != null) {
                throw dump.failure;
            }
        }
        return dump.consistent;
    }

    /**
     * Waits for notifications of the groups joined and hands them to {@code handler}.
     *
     * @return false when none came within ten seconds
     * @throws SystemCallException with ENOBUFS when some were lost
     */
    public boolean listen(MessageHandler handler) throws SystemCallException {
        int size = receive(0);
        if (size < 0) {
            return false;
        }
        parts(
                size,
                (type, from, to, flags, seq) -> {
                    handler.message(type, buffer, from, to);
                    return true;
                });
        return true;
    }

    private void send(NetlinkWriter messages) throws SystemCallException {
        int length = messages.length();
        if (length + SEND_SLACK > sendBuffer) {
            option(SOL_SOCKET, SO_SNDBUFFORCE, length + SEND_SLACK);
            sendBuffer = length + SEND_SLACK;
        }
        sequence = messages.sequence();
        while (NetlinkCalls.libc().send(fd, messages.buffer(), length, 0) < 0) {
            Errno errno = NetlinkCalls.errno();
            if (errno != Errno.EINTR) {
                throw new SystemCallException("send", length + " bytes to netlink", errno);
            }
        }
    }

    /** Length of one datagram from the kernel, −1 when none is there in time. */
    private int receive(int flags) throws SystemCallException {
        int[] senderLength = new int[1];
        while (true) {
            senderLength[0] = sender.length;
            long size =
                    NetlinkCalls.libc()
                            .recvfrom(
                                    fd,
                                    buffer,
                                    buffer.length,
                                    flags | MSG_TRUNC,
                                    sender,
                                    senderLength);
            if (size < 0) {
                Errno errno = NetlinkCalls.errno();
                if (errno == Errno.EAGAIN) {
                    return -1;
                }
                if (errno != Errno.EINTR) {
                    throw new SystemCallException("recvfrom", "netlink " + protocol, errno);
                }
            } else if (size > buffer.length) {
                throw new SystemCallException(
                        "recvfrom", "netlink " + protocol + ", " + size + " bytes", Errno.EMSGSIZE);
            } else if ((int) INT.get(sender, 4) == 0) {
                return (int) size;
            }
        }
    }

    /** One message of a datagram; false ends the walk. */
    private interface Part {
        boolean take(int type, int from, int to, int flags, int seq);
    }

    private void parts(int size, Part part) {
        int at = 0;
        while (at + NetlinkWriter.HEADER <= size) {
            int length = (int) INT.get(buffer, at);
            if (length < NetlinkWriter.HEADER || at + length > size) {
                return;
            }
            int type = (short) SHORT.get(buffer, at + 4) & 0xffff;
            int flags = (short) SHORT.get(buffer, at + 6) & 0xffff;
            int seq = (int) INT.get(buffer, at + 8);
            if (!part.take(type, at + NetlinkWriter.HEADER, at + length, flags, seq)) {
                return;
            }
            at += (length + 3) & ~3;
        }
    }

    private NetlinkError error(int from, int to, int flags, int seq) {
        int number = to - from < 4 ? Errno.EPROTO.number() : -(int) INT.get(buffer, from);
        String text = "";
        int offset = 0;
        if ((flags & NetlinkFlags.ACK_ATTRIBUTES) != 0) {
            int copied = (flags & NetlinkFlags.CAPPED) != 0 ? 16 : (int) INT.get(buffer, from + 4);
            AttributeReader extras = new AttributeReader(buffer, from + 4 + copied, to);
            while (extras.next()) {
                switch (extras.type()) {
                    case 1 -> text = extras.string();
                    case 2 -> offset = extras.u32();
                    default -> {
                        // Policy and cookies: of no use to people.
                    }
                }
            }
        }
        return new NetlinkError(seq, number, text, offset);
    }

    /** Collects one dump. */
    private final class Dump implements Part {
        private final String tried;
        private final int wanted;
        private final MessageHandler handler;
        private boolean done;
        private boolean consistent = true;
        private @Nullable NetlinkException failure;

        Dump(String tried, int wanted, MessageHandler handler) {
            this.tried = tried;
            this.wanted = wanted;
            this.handler = handler;
        }

        @Override
        public boolean take(int type, int from, int to, int flags, int seq) {
            if (seq != wanted) {
                return true;
            }
            consistent &= (flags & NetlinkFlags.DUMP_INTERRUPTED) == 0;
            if (type == NetlinkFlags.TYPE_ERROR || type == NetlinkFlags.TYPE_DONE) {
                done = true;
                // A closing message carries no copy of the request, so what follows is left alone.
                int readable = type == NetlinkFlags.TYPE_DONE ? 0 : flags;
                NetlinkError answer = error(from, to, readable, seq);
                if (answer.number() == Errno.EINTR.number()) {
                    consistent = false;
                } else if (!answer.success()) {
                    failure = new NetlinkException(tried, answer);
                }
                return false;
            }
            handler.message(type, buffer, from, to);
            done = (flags & NetlinkFlags.MULTI) == 0;
            return !done;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NetlinkCalls.libc().close(fd);
        }
    }
}
