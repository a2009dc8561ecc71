package dev.caravel.linux.netlink;

import dev.caravel.linux.sys.Errno;
import java.io.IOException;

/** The kernel refused a netlink request, or answered in a way that cannot be used. */
public final class NetlinkException extends IOException {
    private final Errno errno;

    /**
     * A refusal.
     *
     * @param tried what was asked for, for people
     * @param error the kernel's answer
     */
    public NetlinkException(String tried, NetlinkError error) {
        super(tried + ": kernel said " + error.describe());
        this.errno = error.errno();
    }

    /** An answer that cannot be used. */
    public NetlinkException(String tried, Errno errno, String why) {
        super(tried + ": " + why);
        this.errno = errno;
    }

    /** The error number behind it. */
    public Errno errno() {
        return errno;
    }
}
