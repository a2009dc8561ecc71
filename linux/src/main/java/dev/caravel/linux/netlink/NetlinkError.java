package dev.caravel.linux.netlink;

import dev.caravel.linux.sys.Errno;

/**
 * The kernel's answer to one message.
 *
 * @param sequence number of the message it answers
 * @param number positive error number, 0 for an acknowledgement
 * @param text the kernel's own words, often empty
 * @param offset where in the message the offending attribute begins, 0 when not said
 */
public record NetlinkError(int sequence, int number, String text, int offset) {
    /** Whether this is an acknowledgement of success. */
    public boolean success() {
        return number == 0;
    }

    /** The error as the kernel names it. */
    public Errno errno() {
        return Errno.of(number);
    }

    /** {@code ENOENT (No such file or directory)}, with the kernel's words if it had any. */
    public String describe() {
        Errno errno = errno();
        String name = errno == Errno.UNKNOWN ? "error " + number : errno.name();
        return name + " (" + (text.isEmpty() ? errno.text() : text) + ")";
    }
}
