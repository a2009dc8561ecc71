package dev.caravel.linux.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** {@link ProcessCalls} on this kernel. */
final class NativeProcessCalls implements ProcessCalls {
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;

    @Override
    public boolean kill(int pid, int signal) throws SystemCallException {
        if (pid <= 1) {
            // 0 and negative numbers mean whole groups of processes, 1 is init.
            throw new IllegalArgumentException("signal " + signal + " to pid " + pid + " refused");
        }
        if (Native.libc().kill(pid, signal) == 0) {
            return true;
        }
        return goneOrThrow("kill", "signal " + signal + " to pid " + pid);
    }

    @Override
    public Optional<Descriptor> openProcess(int pid) throws SystemCallException {
        long fd = Native.libc().syscall(SYS_PIDFD_OPEN, pid, 0);
        if (fd >= 0) {
            return Optional.of(new Descriptor((int) fd, "pid " + pid));
        }
        goneOrThrow("pidfd_open", "pid " + pid);
        return Optional.empty();
    }

    @Override
    public boolean kill(Descriptor process, int signal) throws SystemCallException {
        long result =
                Native.libc().syscall(SYS_PIDFD_SEND_SIGNAL, process.number(), signal, 0L, 0L);
        if (result == 0) {
            return true;
        }
        return goneOrThrow("pidfd_send_signal", "signal " + signal + " to " + process);
    }

    private static boolean goneOrThrow(String call, String object) throws SystemCallException {
        SystemCallException failure = Native.failure(call, object);
        if (failure.is(Errno.ESRCH)) {
            return false;
        }
        throw failure;
    }

    @Override
    public Limit limit(Resource resource) throws SystemCallException {
        byte[] current = new byte[16];
        if (Native.libc().prlimit(0, resource.number(), null, current) != 0) {
            throw Native.failure("prlimit", resource.name());
        }
        ByteBuffer in = ByteBuffer.wrap(current).order(ByteOrder.nativeOrder());
        return new Limit(in.getLong(0), in.getLong(8));
    }

    @Override
    public Optional<SystemCallException> setLimit(Resource resource, Limit limit) {
        ByteBuffer out = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        out.putLong(limit.soft()).putLong(limit.hard());
        if (Native.libc().prlimit(0, resource.number(), out.array(), null) != 0) {
            String object =
                    resource
                            + " to soft "
                            + Long.toUnsignedString(limit.soft())
                            + ", hard "
                            + Long.toUnsignedString(limit.hard());
            return Optional.of(Native.failure("prlimit", object));
        }
        return Optional.empty();
    }
}
