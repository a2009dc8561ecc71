package dev.caravel.linux.netlink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds netlink messages one after the other in one growing buffer. Headers are in host order,
 * attributes are padded to four bytes; sequence numbers count up from the first one given.
 */
public final class NetlinkWriter {
    /** Length of {@code struct nlmsghdr}. */
    public static final int HEADER = 16;

    /** The longest attribute the 16 bit length can say. */
    public static final int MAX_ATTRIBUTE = 0xffff;

    /** Set on attributes that contain attributes. */
    private static final int NESTED = 0x8000;

    private static final int ATTRIBUTE_HEADER = 4;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private byte[] buffer;
    private int length;
    private int message = -1;
    private int sequence;

    /**
     * An empty buffer.
     *
     * @param firstSequence sequence number of the first message
     */
    public NetlinkWriter(int firstSequence) {
        this(firstSequence, 512);
    }

    /** An empty buffer with room for {@code capacity} bytes to begin with. */
    public NetlinkWriter(int firstSequence, int capacity) {
        this.sequence = firstSequence - 1;
        this.buffer = new byte[capacity];
    }

    /**
     * Begins a message; the last one, if any, must have ended.
     *
     * @return its sequence number
     */
    public int begin(int type, int flags) {
        if (message >= 0) {
            throw new IllegalStateException("the message before has not ended");
        }
        message = length;
        grow(HEADER);
        SHORT.set(buffer, message + 4, (short) type);
        SHORT.set(buffer, message + 6, (short) flags);
        INT.set(buffer, message + 8, ++sequence);
        length += HEADER;
        return sequence;
    }

    /** Ends the message begun last. */
    public void end() {
        INT.set(buffer, message, length - message);
        message = -1;
    }

    /** Number of bytes written so far. */
    public int length() {
        return length;
    }

    /** The buffer itself; the first {@link #length()} bytes count. */
    byte[] buffer() {
        return buffer;
    }

    /** A copy of what has been written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }

    /** Sequence number of the message begun last. */
    public int sequence() {
        return sequence;
    }

    /** Writes raw bytes, padded to four: the fixed part after the header. */
    public NetlinkWriter fixed(byte... bytes) {
        grow(bytes.length + 3);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += padded(bytes.length);
        return this;
    }

    /** Writes a 32 bit number in host order: part of a fixed header. */
    public NetlinkWriter fixed32(int value) {
        grow(4);
        INT.set(buffer, length, value);
        length += 4;
        return this;
    }

    /** An attribute of raw bytes. */
    public NetlinkWriter bytes(int type, byte[] value) {
        int at = attribute(type, value.length);
        System.arraycopy(value, 0, buffer, at, value.length);
        return this;
    }

    /** An attribute of text, with the closing NUL. */
    public NetlinkWriter string(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int at = attribute(type, text.length + 1);
        System.arraycopy(text, 0, buffer, at, text.length);
        return this;
    }

    /** An attribute of one byte. */
    public NetlinkWriter u8(int type, int value) {
        int at = attribute(type, 1);
        buffer[at] = (byte) value;
        return this;
    }

    /** An attribute of 16 bits in network order. */
    public NetlinkWriter be16(int type, int value) {
        int at = attribute(type, 2);
        buffer[at] = (byte) (value >>> 8);
        buffer[at + 1] = (byte) value;
        return this;
    }

    /** An attribute of 16 bits in host order. */
    public NetlinkWriter u16(int type, int value) {
        int at = attribute(type, 2);
        SHORT.set(buffer, at, (short) value);
        return this;
    }

    /** An attribute of 32 bits in network order. */
    public NetlinkWriter be32(int type, int value) {
        int at = attribute(type, 4);
        INT.set(buffer, at, networkOrder(value));
        return this;
    }

    /** An attribute of 32 bits in host order. */
    public NetlinkWriter u32(int type, int value) {
        int at = attribute(type, 4);
        INT.set(buffer, at, value);
        return this;
    }

    /** An attribute of 64 bits in network order. */
    public NetlinkWriter be64(int type, long value) {
        int at = attribute(type, 8);
        INT.set(buffer, at, networkOrder((int) (value >>> 32)));
        INT.set(buffer, at + 4, networkOrder((int) value));
        return this;
    }

    /**
     * Begins an attribute that contains attributes.
     *
     * @return what {@link #endNest} wants
     */
    public int nest(int type) {
        return attribute(type | NESTED, 0) - ATTRIBUTE_HEADER;
    }

    /** Begins a nest without the flag that says so, for the families that do not know it. */
    public int plainNest(int type) {
        return attribute(type, 0) - ATTRIBUTE_HEADER;
    }

    /**
     * Ends a nest.
     *
     * @throws IllegalStateException when it became longer than an attribute can be
     */
    public void endNest(int start) {
        int size = length - start;
        if (size > MAX_ATTRIBUTE) {
            throw new IllegalStateException("a nested attribute of " + size + " bytes");
        }
        SHORT.set(buffer, start, (short) size);
    }

    /** Makes room for an attribute and says where its value goes; may replace the buffer. */
    private int attribute(int type, int size) {
        if (size + ATTRIBUTE_HEADER > MAX_ATTRIBUTE) {
            throw new IllegalArgumentException("an attribute of " + size + " bytes");
        }
        grow(ATTRIBUTE_HEADER + size + 3);
        SHORT.set(buffer, length, (short) (size + ATTRIBUTE_HEADER));
        SHORT.set(buffer, length + 2, (short) type);
        int at = length + ATTRIBUTE_HEADER;
        length = at + padded(size);
        return at;
    }

    private void grow(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }

    private static int padded(int size) {
        return (size + 3) & ~3;
    }

    private static int networkOrder(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                ? value
                : Integer.reverseBytes(value);
    }
}
