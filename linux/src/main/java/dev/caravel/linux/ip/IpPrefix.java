package dev.caravel.linux.ip;

import java.util.Optional;

/**
 * A range of addresses with a common beginning, such as {@code 10.0.0.0/8}. Bits after the prefix
 * are cleared.
 *
 * @param length number of leading bits that count
 */
public record IpPrefix(IpAddress base, int length) {
    public IpPrefix {
        if (length < 0 || length > base.family().addressBits()) {
            throw new IllegalArgumentException("prefix length " + length + " on " + base);
        }
        base = cut(base, length);
    }

    /** The range that holds only {@code address}. */
    public static IpPrefix single(IpAddress address) {
        return new IpPrefix(address, address.family().addressBits());
    }

    /** Every address of the family. */
    public static IpPrefix all(IpFamily family) {
        return new IpPrefix(IpAddress.unspecified(family), 0);
    }

    /** Reads {@code address/length}; empty when the text is none. */
    public static Optional<IpPrefix> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.length() - slash > 4 || text.length() - slash < 2) {
            return Optional.empty();
        }
        int length = 0;
        for (int i = slash + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Optional.empty();
            }
            length = length * 10 + digit;
        }
        int bits = length;
        return IpAddress.parse(text.substring(0, slash))
                .filter(address -> bits <= address.family().addressBits())
                .map(address -> new IpPrefix(address, bits));
    }

    /**
     * Reads a prefix known to be one.
     *
     * @throws IllegalArgumentException when it is not
     */
    public static IpPrefix literal(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no CIDR: " + text));
    }

    /** Family of the addresses. */
    public IpFamily family() {
        return base.family();
    }

    /** Whether the address lies in the range. */
    public boolean contains(IpAddress address) {
        return address.family() == base.family() && cut(address, length).equals(base);
    }

    /** Whether every address of {@code other} lies in the range. */
    public boolean covers(IpPrefix other) {
        return other.length >= length && contains(other.base);
    }

    private static IpAddress cut(IpAddress address, int length) {
        if (address.family() == IpFamily.IPV4) {
            return new IpAddress(IpFamily.IPV4, 0, address.low() & mask(length + 32) & 0xffffffffL);
        }
        return new IpAddress(
                IpFamily.IPV6,
                address.high() & mask(Math.min(length, 64)),
                address.low() & mask(Math.max(length - 64, 0)));
    }

    /** The first {@code bits} of 64. */
    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    @Override
    public String toString() {
        return base + "/" + length;
    }
}
