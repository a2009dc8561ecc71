package dev.caravel.linux.sys;

import java.io.IOException;

/**
 * A system call that the kernel refused. The message reads <i>call object: ERRNO (text)</i>, for
 * example {@code mount tmpfs on /var/lib/x: ENOSPC (No space left on device)}.
 *
 * <p>It is an {@link IOException} because nearly all callers do file work and handle both alike;
 * callers that expect an error look at {@link #errno()}.
 */
public final class SystemCallException extends IOException {
    private final String call;
    private final String object;
    private final Errno errno;

    /**
     * A refused call.
     *
     * @param call name of the system call, as in section 2 of the manual
     * @param object what it was applied to, for people
     * @param errno what the kernel answered
     */
    public SystemCallException(String call, String object, Errno errno) {
        super(call + " " + object + ": " + errno.name() + " (" + errno.text() + ")");
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    /** Name of the system call. */
    public String call() {
        return call;
    }

    /** What the call was applied to. */
    public String object() {
        return object;
    }

    /** The kernel's answer. */
    public Errno errno() {
        return errno;
    }

    /** Whether the kernel answered with one of the given numbers. */
    public boolean is(Errno first, Errno... others) {
        if (errno == first) {
            return true;
        }
        for (Errno other : others) {
            if (errno == other) {
                return true;
            }
        }
        return false;
    }
}
