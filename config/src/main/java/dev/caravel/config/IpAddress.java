package dev.caravel.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * IP addresses and ranges as configuration writes them. Nothing here asks a name server. Leading
 * zeros in IPv4 are decimal, as the Go agents have always read them.
 */
public final class IpAddress {

    private IpAddress() {}

    /** The address {@code text} stands for; empty when it is none. Zones are not accepted. */
    public static Optional<InetAddress> parse(String text) {
        boolean six = text.indexOf(':') >= 0;
        if (text.isEmpty()
                || text.indexOf('%') >= 0
                || !text.chars().allMatch(c -> allowed(c, six))) {
            return Optional.empty();
        }
        try {
            if (!six) {
                byte[] four = four(text);
                return four.length == 0
                        ? Optional.empty()
                        : Optional.of(InetAddress.getByAddress(four));
            }
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException | UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }

    /** Whether {@code text} is an address of IPv4. */
    public static boolean isFour(String text) {
        return parse(text).filter(Inet4Address.class::isInstance).isPresent();
    }

    /** The range {@code text} stands for, such as {@code 10.0.0.0/8}; empty when it is none. */
    public static Optional<Range> parseRange(String text) {
        int slash = text.indexOf('/');
        String bits = text.substring(slash + 1);
        if (slash < 0
                || bits.isEmpty()
                || bits.length() > 3
                || !bits.chars().allMatch(Character::isDigit)) {
            return Optional.empty();
        }
        int length = Integer.parseInt(bits);
        return parse(text.substring(0, slash))
                .filter(address -> length <= address.getAddress().length * 8)
                .map(address -> new Range(address, length));
    }

    /**
     * A range of addresses.
     *
     * @param address any address in it
     * @param prefixLength bits that all its addresses share
     */
    public record Range(InetAddress address, int prefixLength) {

        /** Whether this is a range of IPv6. */
        public boolean isSix() {
            return address instanceof Inet6Address;
        }
    }

    /**
     * An address and a port as {@code host:port} or {@code [host]:port}.
     *
     * @param host without brackets
     * @param port as written
     */
    public record HostPort(String host, String port) {

        /** Splits {@code text}; empty when it has no port or unclear colons. */
        public static Optional<HostPort> split(String text) {
            int colon = text.lastIndexOf(':');
            if (colon < 0) {
                return Optional.empty();
            }
            String host = text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            String bare = bracketed ? host.substring(1, host.length() - 1) : host;
            boolean clear = bare.indexOf('[') < 0 && bare.indexOf(']') < 0;
            if (!clear || (!bracketed && bare.indexOf(':') >= 0)) {
                return Optional.empty();
            }
            return Optional.of(new HostPort(bare, text.substring(colon + 1)));
        }

        /** The two in one text, IPv6 in brackets. */
        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    private static byte[] four(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[parts.length == 4 ? 4 : 0];
        for (int at = 0; at < bytes.length; at++) {
            String part = parts[at];
            int value = part.isEmpty() || part.length() > 9 ? 256 : Integer.parseInt(part);
            if (value > 255) {
                return new byte[0];
            }
            bytes[at] = (byte) value;
        }
        return bytes;
    }

    private static boolean allowed(int c, boolean six) {
        return c == '.'
                || (c >= '0' && c <= '9')
                || (six && (c == ':' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    }
}
