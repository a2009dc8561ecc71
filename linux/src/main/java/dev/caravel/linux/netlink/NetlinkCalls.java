package dev.caravel.linux.netlink;

import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** The socket calls netlink needs, bound to the C library when first used. */
final class NetlinkCalls {
    private NetlinkCalls() {}

    /** Functions of the C library by their own names; public because JNR implements it. */
    public interface Libc {
        int socket(int domain, int type, int protocol);

        int bind(int fd, @In byte[] address, int addressLength);

        int setsockopt(int fd, int level, int option, @In byte[] value, int length);

        @ssize_t
        long send(int fd, @In byte[] buffer, @size_t long length, int flags);

        @ssize_t
        long recvfrom(
                int fd,
                @Out byte[] buffer,
                @size_t long length,
                int flags,
                @Out byte[] address,
                @In @Out int[] addressLength);

        int close(int fd);
    }

    private static final class Holder {
        static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");
        static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

        private Holder() {}
    }

    static Libc libc() {
        return Holder.LIBC;
    }

    /** The error of the call this thread made last; ask right after the call. */
    static Errno errno() {
        return Errno.of(LastError.getLastError(Holder.RUNTIME));
    }

    static SystemCallException failure(String call, String object) {
        return new SystemCallException(call, object, errno());
    }
}
