package dev.caravel.linux.sys;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/** The C library, bound on first use. Nothing outside this package sees it. */
final class Native {
    private Native() {}

    /**
     * Functions of glibc, by their own names and argument types. Paths and structures are byte
     * arrays, as file names on Linux are bytes and need not be text.
     *
     * <p>Public because JNR implements it from another class loader; the class around it keeps it
     * inside the package.
     */
    public interface Libc {
        int openat(int dirfd, @In byte[] path, int flags, int mode);

        int close(int fd);

        @ssize_t
        long read(int fd, @Out byte[] buffer, @size_t long count);

        @ssize_t
        long pread(int fd, @Out byte[] buffer, @size_t long count, long offset);

        long lseek(int fd, long offset, int whence);

        int fsync(int fd);

        int flock(int fd, int operation);

        int statx(int dirfd, @In byte[] path, int flags, int mask, @Out byte[] buffer);

        int statfs(@In byte[] path, @Out byte[] buffer);

        int mkdirat(int dirfd, @In byte[] path, int mode);

        int mknod(@In byte[] path, int mode, long dev);

        int unlinkat(int dirfd, @In byte[] path, int flags);

        int chmod(@In byte[] path, int mode);

        int fchownat(int dirfd, @In byte[] path, int uid, int gid, int flags);

        int mount(
                @In byte[] source,
                @In byte[] target,
                @In byte @Nullable [] type,
                long flags,
                @In byte @Nullable [] data);

        int umount2(@In byte[] target, int flags);

        int kill(int pid, int signal);

        int prlimit(
                int pid,
                int resource,
                @In byte @Nullable [] replacement,
                @Out byte @Nullable [] previous);

        int socket(int domain, int type, int protocol);

        @ssize_t
        long sendto(
                int fd,
                @In byte[] payload,
                @size_t long length,
                int flags,
                @In byte[] address,
                int addressLength);

        int connect(int fd, @In byte[] address, int addressLength);

        @ssize_t
        long send(int fd, @In byte[] payload, @size_t long length, int flags);

        @ssize_t
        long recvmsg(int fd, @In @Out Pointer message, int flags);

        int inotify_init1(int flags);

        int inotify_add_watch(int fd, @In byte[] path, int mask);

        int inotify_rm_watch(int fd, int watch);

        int eventfd(int initial, int flags);

        @ssize_t
        long write(int fd, @In byte[] buffer, @size_t long count);

        int poll(@In @Out byte[] descriptors, long count, int timeoutMillis);

        /** {@code getdents64}, {@code pidfd_open}-like calls: numbers only, one buffer out. */
        long syscall(long number, long first, @Out byte[] buffer, long third);

        /** {@code openat2}. */
        long syscall(long number, long dirfd, @In byte[] path, @In byte[] how, long size);

        /** {@code pidfd_open}. */
        long syscall(long number, long first, long second);

        /** {@code pidfd_send_signal}. */
        long syscall(long number, long first, long second, long third, long fourth);
    }

    /** Loaded when first touched, so that a program that makes no call never loads it. */
    private static final class Holder {
        static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");
        static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

        static {
            // Once now, so that nothing needs loading between a failed call and the question why: a
            // virtual thread that waits in between may go on elsewhere, where the answer is
            // another.
            LastError.getLastError(RUNTIME);
        }

        private Holder() {}
    }

    static Libc libc() {
        return Holder.LIBC;
    }

    /** Memory outside the Java heap, for structures that hold addresses; freed with its owner. */
    static Pointer allocate(int size) {
        return Memory.allocateDirect(Holder.RUNTIME, size, true);
    }

    /**
     * The error of the call this thread made last. Must come right after the call: a virtual thread
     * keeps its carrier only until it blocks.
     */
    static Errno errno() {
        return Errno.of(LastError.getLastError(Holder.RUNTIME));
    }

    /** The exception for a call that just failed. */
    static SystemCallException failure(String call, String object) {
        return new SystemCallException(call, object, errno());
    }
}
