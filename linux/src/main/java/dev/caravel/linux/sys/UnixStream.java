package dev.caravel.linux.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Pointer;

/**
 * A connected unix stream socket over which the other side may hand open files, which Java's own
 * sockets cannot receive; D-Bus needs it. For one thread at a time; waits block the thread inside
 * the kernel, never longer than asked for.
 */
public final class UnixStream implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_CTRUNC = 0x8;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;

    // struct msghdr, struct iovec and struct cmsghdr of 64-bit Linux, one behind the other.
    private static final int IOVEC = 56;
    private static final int CONTROL = IOVEC + 16;
    private static final int CONTROL_SIZE = 16 + 16 * Integer.BYTES;
    private static final int DATA = CONTROL + CONTROL_SIZE;
    private static final int DATA_SIZE = 16 * 1024;

    private final Descriptor socket;
    private final Pointer memory = Native.allocate(DATA + DATA_SIZE);

    private UnixStream(Descriptor socket) {
        this.socket = socket;
    }

    /** Connects to a listening socket. */
    public static UnixStream connect(Path path) throws SystemCallException {
        byte[] address = UnixDatagram.socketAddress(path.toString());
        int fd = Native.libc().socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw Native.failure("socket", "for " + path);
        }
        Descriptor socket = new Descriptor(fd, path.toString());
        if (Native.libc().connect(fd, address, address.length) != 0) {
            SystemCallException failure = Native.failure("connect", path.toString());
            socket.close();
            throw failure;
        }
        return new UnixStream(socket);
    }

    /**
     * Sends everything.
     *
     * @throws SystemCallException {@code ETIMEDOUT} when the other side does not take it in time
     */
    public void send(byte[] bytes, Duration timeout) throws SystemCallException {
        byte[] rest = bytes;
        while (rest.length > 0) {
            int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
            long sent = Native.libc().send(socket.number(), rest, rest.length, flags);
            if (sent < 0) {
                Errno errno = Native.errno();
                if (errno == Errno.EAGAIN) {
                    await(POLLOUT, "send", timeout);
                } else if (errno != Errno.EINTR) {
                    throw new SystemCallException("send", socket.toString(), errno);
                }
            } else {
                rest = Arrays.copyOfRange(rest, (int) sent, rest.length);
            }
        }
    }

    /**
     * Receives what is there, waiting for the first of it.
     *
     * @param files gets the open files that came along; the caller closes them
     * @return empty when the other side has closed the connection
     * @throws SystemCallException {@code ETIMEDOUT} when nothing comes in time
     */
    public byte[] receive(Duration timeout, List<Descriptor> files) throws SystemCallException {
        while (true) {
            await(POLLIN, "recvmsg", timeout);
            prepare();
            int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
            long length = Native.libc().recvmsg(socket.number(), memory, flags);
            if (length >= 0) {
                takeFiles(files);
                byte[] bytes = new byte[(int) length];
                memory.get(DATA, bytes, 0, bytes.length);
                return bytes;
            }
            Errno errno = Native.errno();
            if (errno != Errno.EAGAIN && errno != Errno.EINTR) {
                throw new SystemCallException("recvmsg", socket.toString(), errno);
            }
        }
    }

    private void prepare() {
        memory.putLong(0, 0);
        memory.putInt(8, 0);
        memory.putAddress(16, memory.address() + IOVEC);
        memory.putLong(24, 1);
        memory.putAddress(32, memory.address() + CONTROL);
        memory.putLong(40, CONTROL_SIZE);
        memory.putInt(48, 0);
        memory.putAddress(IOVEC, memory.address() + DATA);
        memory.putLong(IOVEC + 8, DATA_SIZE);
    }

    private void takeFiles(List<Descriptor> files) throws SystemCallException {
        long controlLength = memory.getLong(40);
        if (controlLength >= 16
                && memory.getInt(CONTROL + 8) == SOL_SOCKET
                && memory.getInt(CONTROL + 12) == SCM_RIGHTS) {
            int count = (int) (memory.getLong(CONTROL) - 16) / Integer.BYTES;
            for (int i = 0; i < count; i++) {
                int fd = memory.getInt(CONTROL + 16 + (long) i * Integer.BYTES);
                files.add(new Descriptor(fd, "file received from " + socket));
            }
        }
        if ((memory.getInt(48) & MSG_CTRUNC) != 0) {
            new ArrayList<>(files).forEach(Descriptor::close);
            files.clear();
            throw new SystemCallException("recvmsg", socket + ", too many files", Errno.EMSGSIZE);
        }
    }

    private void await(short event, String call, Duration timeout) throws SystemCallException {
        ByteBuffer descriptor = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        descriptor.putInt(socket.number()).putShort(event).putShort((short) 0);
        int millis = Math.clamp(timeout.toMillis(), 0, Integer.MAX_VALUE);
        while (true) {
            int ready = Native.libc().poll(descriptor.array(), 1, millis);
            if (ready > 0) {
                return;
            }
            if (ready == 0) {
                throw new SystemCallException(call, socket.toString(), Errno.ETIMEDOUT);
            }
            // Signals are rare here, so waiting anew does not make it much longer.
            Errno errno = Native.errno();
            if (errno != Errno.EINTR) {
                throw new SystemCallException("poll", socket.toString(), errno);
            }
        }
    }

    /** Closes the connection. */
    @Override
    public void close() {
        socket.close();
    }
}
