package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServicePort;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names of the chains and sets a service has for itself, as Go's kube-proxy forms them
 * (kube-proxy.md §5.5), so that a client keeps its endpoint when one takes over from the other.
 */
final class OwnNames {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int HASH_CHARS = 8;
    private static final int MAX_LENGTH = 240;

    private OwnNames() {}

    /** {@code HASH-namespace/name/protocol/port}. */
    static String base(ServiceKey key, ServicePort port) {
        return hashed(plain(key, port));
    }

    /** The same with {@code __ip/port}. */
    static String base(ServiceKey key, ServicePort port, Endpoint endpoint) {
        String ip = endpoint.ip().toString();
        String printable = endpoint.ip().family() == IpFamily.IPV6 ? ip.replace(':', '.') : ip;
        return hashed(plain(key, port) + "__" + printable + "/" + endpoint.port());
    }

    /** Whether the name of a chain or set says that it belongs to one service. */
    static boolean isOwn(String name) {
        return name.indexOf('/') >= 0;
    }

    private static String plain(ServiceKey key, ServicePort port) {
        return key + "/" + port.protocol().lowerCase() + "/" + port.name();
    }

    private static String hashed(String base) {
        String name = hash(base) + "-" + base;
        return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH - 3) + "..." : name;
    }

    private static String hash(String text) {
        byte[] digest;
        try {
            digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        StringBuilder out = new StringBuilder(HASH_CHARS);
        long bits = 0;
        for (int i = 0; i < 5; i++) {
            bits = (bits << 8) | (digest[i] & 0xff);
        }
        for (int i = HASH_CHARS - 1; i >= 0; i--) {
            out.append(BASE32.charAt((int) (bits >>> (5 * i)) & 0x1f));
        }
        return out.toString();
    }
}
