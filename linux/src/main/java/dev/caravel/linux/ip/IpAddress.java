package dev.caravel.linux.ip;

import java.util.Optional;

/**
 * One IP address. An IPv4 address keeps its 32 bits in {@code low}; an IPv4-mapped IPv6 text is the
 * IPv4 address, as in Go.
 *
 * @param high the first 64 bits of an IPv6 address, zero for IPv4
 * @param low the last 64 bits, or the 32 bits of an IPv4 address
 */
public record IpAddress(IpFamily family, long high, long low) implements Comparable<IpAddress> {
    private static final IpAddress ANY4 = new IpAddress(IpFamily.IPV4, 0, 0);
    private static final IpAddress ANY6 = new IpAddress(IpFamily.IPV6, 0, 0);

    public IpAddress {
        if (family == IpFamily.IPV4 && (high != 0 || (low >>> 32) != 0)) {
            throw new IllegalArgumentException("more than 32 bits in an IPv4 address");
        }
    }

    /** {@code 0.0.0.0} or {@code ::}. */
    public static IpAddress unspecified(IpFamily family) {
        return family == IpFamily.IPV4 ? ANY4 : ANY6;
    }

    /** An address from its 4 or 16 bytes in network order. */
    public static IpAddress of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /**
     * An address from {@code length} bytes of a larger array.
     *
     * @throws IllegalArgumentException when {@code length} is neither 4 nor 16
     */
    public static IpAddress of(byte[] bytes, int offset, int length) {
        return switch (length) {
            case 4 -> new IpAddress(IpFamily.IPV4, 0, bits(bytes, offset, 4));
            case 16 ->
                    new IpAddress(
                            IpFamily.IPV6, bits(bytes, offset, 8), bits(bytes, offset + 8, 8));
            default -> throw new IllegalArgumentException("an address of " + length + " bytes");
        };
    }

    private static long bits(byte[] bytes, int offset, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << 8) | (bytes[offset + i] & 0xff);
        }
        return value;
    }

    /** Reads an address; empty when the text is none. Leading zeros in IPv4 are decimal. */
    public static Optional<IpAddress> parse(String text) {
        return IpText.parse(text);
    }

    /**
     * Reads an address known to be one.
     *
     * @throws IllegalArgumentException when it is not
     */
    public static IpAddress literal(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("no IP address: " + text));
    }

    /** The 4 or 16 bytes in network order. */
    public byte[] bytes() {
        byte[] bytes = new byte[family.addressBytes()];
        put(bytes, 0);
        return bytes;
    }

    /** Writes the 4 or 16 bytes into {@code target}. */
    public void put(byte[] target, int offset) {
        if (family == IpFamily.IPV4) {
            putBits(low, target, offset, 4);
        } else {
            putBits(high, target, offset, 8);
            putBits(low, target, offset + 8, 8);
        }
    }

    private static void putBits(long value, byte[] target, int offset, int count) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = (byte) (value >>> (8 * (count - 1 - i)));
        }
    }

    /** {@code 0.0.0.0} or {@code ::}. */
    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /** {@code 127.0.0.0/8} or {@code ::1}. */
    public boolean isLoopback() {
        return family == IpFamily.IPV4 ? (low >>> 24) == 127 : (high == 0 && low == 1);
    }

    /** {@code 169.254.0.0/16} or {@code fe80::/10}. */
    public boolean isLinkLocal() {
        return family == IpFamily.IPV4 ? (low >>> 16) == 0xa9fe : (high >>> 54) == 0x3fa;
    }

    /** The address as host and port: {@code 10.0.0.1:80}, {@code [fd00::1]:80}. */
    public String withPort(int port) {
        return family == IpFamily.IPV4 ? this + ":" + port : "[" + this + "]:" + port;
    }

    @Override
    public int compareTo(IpAddress other) {
        int result = family.compareTo(other.family);
        if (result == 0) {
            result = Long.compareUnsigned(high, other.high);
        }
        return result == 0 ? Long.compareUnsigned(low, other.low) : result;
    }

    @Override
    public String toString() {
        return IpText.print(this);
    }
}
