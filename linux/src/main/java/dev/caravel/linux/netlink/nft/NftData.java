package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.ip.IpAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes as they lie in registers: packet fields in network order, the kernel's own numbers in host
 * order. A concatenation has each field padded to four bytes.
 */
public final class NftData implements NftValue, Comparable<NftData> {
    private static final VarHandle HOST_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final byte[] bytes;

    private NftData(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of raw bytes. */
    public static NftData of(byte... bytes) {
        return new NftData(bytes.clone());
    }

    /** The raw bytes of an address. */
    public static NftData of(IpAddress address) {
        return new NftData(address.bytes());
    }

    /** A 32 bit number of the kernel's own: mark, state, address type. */
    public static NftData host32(int value) {
        byte[] bytes = new byte[4];
        HOST_INT.set(bytes, 0, value);
        return new NftData(bytes);
    }

    /** The text of an interface name, {@code exact} ones with their closing NUL. */
    public static NftData interfaceName(String name, boolean exact) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return new NftData(exact ? Arrays.copyOf(text, 16) : text);
    }

    /** Begins a concatenation of {@code length} bytes in all, padding included. */
    public static Concat concat(int length) {
        return new Concat(length);
    }

    /** Fills a concatenation field by field. */
    public static final class Concat {
        private final byte[] bytes;
        private int at;

        private Concat(int length) {
            bytes = new byte[length];
        }

        /** An address. */
        public Concat address(IpAddress address) {
            address.put(bytes, at);
            at += address.family().addressBytes();
            return this;
        }

        /** A protocol number: one byte. */
        public Concat protocol(int number) {
            bytes[at] = (byte) number;
            at += 4;
            return this;
        }

        /** A port: two bytes in network order. */
        public Concat port(int port) {
            bytes[at] = (byte) (port >>> 8);
            bytes[at + 1] = (byte) port;
            at += 4;
            return this;
        }

        /** A 32 bit number in host order. */
        public Concat host32(int value) {
            HOST_INT.set(bytes, at, value);
            at += 4;
            return this;
        }

        /**
         * The finished value.
         *
         * @throws IllegalStateException when the fields do not fill the length
         */
        public NftData build() {
            if (at != bytes.length) {
                throw new IllegalStateException(at + " bytes in a key of " + bytes.length);
            }
            return new NftData(bytes);
        }
    }

    /** Number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes themselves, for the encoder. */
    byte[] raw() {
        return bytes;
    }

    /** The address at {@code offset}. */
    public IpAddress addressAt(int offset, int length) {
        return IpAddress.of(bytes, offset, length);
    }

    /** The byte at {@code offset}. */
    public int byteAt(int offset) {
        return bytes[offset] & 0xff;
    }

    /** The port at {@code offset}. */
    public int portAt(int offset) {
        return (byteAt(offset) << 8) | byteAt(offset + 1);
    }

    /** The host order number at {@code offset}. */
    public int host32At(int offset) {
        return (int) HOST_INT.get(bytes, offset);
    }

    @Override
    public int compareTo(NftData other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NftData data && Arrays.equals(bytes, data.bytes);
    }

    /**
     * Mixes four bytes at a time: keys differ in few bits of neighbouring bytes, and with the usual
     * factor of 31 ten thousand addresses would share a thousand hash codes.
     */
    @Override
    public int hashCode() {
        int hash = bytes.length;
        int at = 0;
        for (; at + 4 <= bytes.length; at += 4) {
            hash = mixed(hash ^ (int) HOST_INT.get(bytes, at));
        }
        for (; at < bytes.length; at++) {
            hash = mixed(hash ^ bytes[at]);
        }
        return hash;
    }

    /** The finishing step of MurmurHash 3. */
    private static int mixed(int value) {
        int hash = value;
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
