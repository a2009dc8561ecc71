package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServicePort;

/**
 * Names of the chains and sets a service has for itself, as Go's kube-proxy forms them
 * (kube-proxy.md §5.5), so that a client keeps its endpoint when one takes over from the other.
 */
final class OwnNames {
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
        String name = Base32Hash.of(base, HASH_CHARS) + "-" + base;
        return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH - 3) + "..." : name;
    }
}
