package dev.caravel.linux.proc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the address of the node where none is configured: a global one of the interface a default
 * route leads through, or of the loopback where interfaces have link-local addresses only (RFC
 * 5549).
 */
public final class HostAddress {
    private HostAddress() {}

    /**
     * An interface of the machine.
     *
     * @param addresses in the order the system lists them
     */
    public record Interface(
            String name,
            boolean up,
            boolean loopback,
            boolean pointToPoint,
            List<InetAddress> addresses) {
        public Interface {
            addresses = List.copyOf(addresses);
        }
    }

    /** All interfaces of this network namespace. */
    public static List<Interface> interfaces() throws IOException {
        List<Interface> interfaces = new ArrayList<>();
        for (NetworkInterface found : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            try {
                interfaces.add(
                        new Interface(
                                found.getName(),
                                found.isUp(),
                                found.isLoopback(),
                                found.isPointToPoint(),
                                Collections.list(found.getInetAddresses())));
            } catch (SocketException e) {
                // Removed since it was listed; interfaces of pods come and go.
                if (NetworkInterface.getByName(found.getName()) != null) {
                    throw e;
                }
            }
        }
        return interfaces;
    }

    /**
     * The address of one family.
     *
     * @param ipv6 which family
     */
    public static Optional<InetAddress> choose(
            List<DefaultRoute> routes, List<Interface> interfaces, boolean ipv6) {
        for (DefaultRoute route : routes) {
            if (route.ipv6() != ipv6) {
                continue;
            }
            for (Interface candidate : interfaces) {
                if (candidate.name().equals(route.interfaceName())) {
                    Optional<InetAddress> found = global(candidate, ipv6);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            for (Interface candidate : interfaces) {
                if (candidate.loopback()) {
                    Optional<InetAddress> found = global(candidate, ipv6);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<InetAddress> global(Interface candidate, boolean ipv6) {
        return candidate.up()
                ? candidate.addresses().stream()
                        .filter(address -> (address.getAddress().length == 16) == ipv6)
                        .filter(HostAddress::isGlobalUnicast)
                        .findFirst()
                : Optional.empty();
    }

    /** Everything but unspecified, loopback, multicast, link-local and broadcast addresses. */
    public static boolean isGlobalUnicast(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean broadcast =
                bytes.length == 4
                        && bytes[0] == -1
                        && bytes[1] == -1
                        && bytes[2] == -1
                        && bytes[3] == -1;
        return !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress()
                && !broadcast;
    }
}
