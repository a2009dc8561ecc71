package dev.caravel.linux.netlink;

/** Flags of a message header and kernel-wide message types ({@code linux/netlink.h}). */
public final class NetlinkFlags {
    /** Must be on every request. */
    public static final int REQUEST = 0x1;

    /** Part of a reply of several messages. */
    public static final int MULTI = 0x2;

    /** Asks for an acknowledgement also of success. */
    public static final int ACK = 0x4;

    /** Asks the kernel to send back what it made of a request. */
    public static final int ECHO = 0x8;

    /** On a dump: the table changed meanwhile. */
    public static final int DUMP_INTERRUPTED = 0x10;

    /** Asks for all objects. */
    public static final int DUMP = 0x300;

    /** Replace what exists. */
    public static final int REPLACE = 0x100;

    /** Fail when the object exists. */
    public static final int EXCLUSIVE = 0x200;

    /** Create when missing. */
    public static final int CREATE = 0x400;

    /** Put at the end instead of the head. */
    public static final int APPEND = 0x800;

    /** On an error message: the request's payload is left out. */
    static final int CAPPED = 0x100;

    /** On an error message: attributes follow. */
    static final int ACK_ATTRIBUTES = 0x200;

    /** Message type of errors and acknowledgements. */
    static final int TYPE_ERROR = 2;

    /** Message type that ends a dump. */
    static final int TYPE_DONE = 3;

    private NetlinkFlags() {}
}
