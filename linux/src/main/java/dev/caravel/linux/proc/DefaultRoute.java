package dev.caravel.linux.proc;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A route to everywhere else.
 *
 * @param interfaceName interface it leads through
 * @param gateway next hop; all zero when there is none
 */
public record DefaultRoute(String interfaceName, InetAddress gateway) {
    private static final String IPV4 = "/proc/net/route";
    private static final String IPV6 = "/proc/net/ipv6_route";

    /** Whether it is one of IPv6. */
    public boolean ipv6() {
        return gateway.getAddress().length == 16;
    }

    /** Reads {@code /proc/net/route}: a heading, then name, destination, gateway and more. */
    static List<DefaultRoute> parseIpv4(String text) throws IOException {
        List<DefaultRoute> routes = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 1; i < lines.length; i++) {
            List<String> words = Fields.words(lines[i]);
            if (words.isEmpty()) {
                continue;
            }
            if (words.size() < 8) {
                throw Fields.unexpected(IPV4, lines[i]);
            }
            // Mask too: a route to 0.0.0.0/8 is no default route.
            if (isZero(words.get(1)) && isZero(words.get(7))) {
                byte[] gateway = bytes(words.get(2), 4, IPV4);
                // The kernel prints the number as it lies in the memory of a little endian machine.
                byte[] swapped = {gateway[3], gateway[2], gateway[1], gateway[0]};
                routes.add(new DefaultRoute(words.get(0), InetAddress.getByAddress(swapped)));
            }
        }
        return routes;
    }

    /**
     * Reads {@code /proc/net/ipv6_route}: destination, its prefix, source, its prefix, gateway, …
     */
    static List<DefaultRoute> parseIpv6(String text) throws IOException {
        List<DefaultRoute> routes = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            List<String> words = Fields.words(line);
            if (words.isEmpty()) {
                continue;
            }
            if (words.size() < 10) {
                throw Fields.unexpected(IPV6, line);
            }
            // Without a gateway it is the entry that rejects everything, on the loopback.
            if (isZero(words.get(0)) && isZero(words.get(1)) && !isZero(words.get(4))) {
                InetAddress gateway = InetAddress.getByAddress(bytes(words.get(4), 16, IPV6));
                routes.add(new DefaultRoute(words.get(9), gateway));
            }
        }
        return routes;
    }

    private static boolean isZero(String hex) {
        return hex.chars().allMatch(c -> c == '0');
    }

    private static byte[] bytes(String hex, int length, String where) throws IOException {
        try {
            byte[] bytes = HexFormat.of().parseHex(hex);
            if (bytes.length == length) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw Fields.unexpected(where, hex);
        }
        throw Fields.unexpected(where, hex);
    }
}
