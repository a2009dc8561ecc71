package dev.caravel.linux.netlink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over attributes: {@link #next()} steps, {@link #type()} says which one it is, the other
 * methods read its value. Lengths are checked; an attribute that does not fit ends the walk, a
 * value shorter than asked for reads as if filled up with zeros.
 */
public final class AttributeReader {
    private static final int HEADER = 4;
    private static final int TYPE_MASK = 0x3fff;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT_BIG =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BIG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] buffer;
    private final int end;
    private int following;
    private int type;
    private int value;
    private int length;

    /** A walk over the attributes in {@code buffer[from, to)}. */
    public AttributeReader(byte[] buffer, int from, int to) {
        this.buffer = buffer;
        this.following = from;
        this.end = Math.min(to, buffer.length);
    }

    /** Steps to the next attribute. */
    public boolean next() {
        if (following + HEADER > end) {
            return false;
        }
        int size = (short) SHORT.get(buffer, following) & 0xffff;
        if (size < HEADER || following + size > end) {
            return false;
        }
        type = (short) SHORT.get(buffer, following + 2) & TYPE_MASK;
        value = following + HEADER;
        length = size - HEADER;
        following += (size + 3) & ~3;
        return true;
    }

    /** Type of this attribute without the flag bits. */
    public int type() {
        return type;
    }

    /** Length of the value in bytes. */
    public int length() {
        return length;
    }

    /** A walk over the attributes inside this one. */
    public AttributeReader nested() {
        return new AttributeReader(buffer, value, value + length);
    }

    /** Where the value of this attribute begins in the whole buffer. */
    int position() {
        return value;
    }

    /** The value. */
    public byte[] bytes() {
        return Arrays.copyOfRange(buffer, value, value + length);
    }

    /** The value as text, without closing NULs. */
    public String string() {
        int size = length;
        while (size > 0 && buffer[value + size - 1] == 0) {
            size--;
        }
        return new String(buffer, value, size, StandardCharsets.UTF_8);
    }

    /** One byte. */
    public int u8() {
        return length < 1 ? 0 : buffer[value] & 0xff;
    }

    /** 16 bits in network order. */
    public int be16() {
        return length < 2 ? 0 : ((buffer[value] & 0xff) << 8) | (buffer[value + 1] & 0xff);
    }

    /** 32 bits in network order. */
    public int be32() {
        return length < 4 ? 0 : (int) INT_BIG.get(buffer, value);
    }

    /** 32 bits in host order. */
    public int u32() {
        return length < 4 ? 0 : (int) INT.get(buffer, value);
    }

    /** 64 bits in network order. */
    public long be64() {
        return length < 8 ? 0 : (long) LONG_BIG.get(buffer, value);
    }
}
