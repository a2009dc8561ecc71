package dev.caravel.kubelet.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this machine's network says, from the kernel and the resolver. */
public final class SystemNetwork implements NodeAddresses.HostNetwork {
    private static final Logger log = LoggerFactory.getLogger(SystemNetwork.class);

    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final Path ROUTES_6 = Path.of("/proc/net/ipv6_route");
    private static final int LONGEST_FILE = 4 << 20;
    private static final int UP_AND_GATEWAY = 0x3;
    private static final String ZERO_6 = "0".repeat(32);

    @Override
    public Set<InetAddress> interfaceAddresses() {
        Set<InetAddress> all = new HashSet<>();
        try {
            for (NetworkInterface i : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                Collections.list(i.getInetAddresses()).forEach(a -> all.add(withoutScope(a)));
            }
        } catch (SocketException unreadable) {
            log.warn("Addresses of this machine cannot be read: {}", unreadable.getMessage());
        }
        return all;
    }

    @Override
    public List<InetAddress> resolve(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException unknown) {
            log.debug("Node name {} does not resolve: {}", name, unknown.getMessage());
            return List.of();
        }
    }

    @Override
    public Optional<InetAddress> defaultRouteAddress(boolean sixFirst) {
        Optional<InetAddress> first = sixFirst ? six() : four();
        return first.isPresent() ? first : sixFirst ? four() : six();
    }

    /**
     * Whether {@code ip} is an address of this machine, by binding to it: a few microseconds, where
     * listing the interfaces of a hundred pods takes milliseconds.
     */
    static boolean isLocal(InetAddress ip) {
        try (java.net.DatagramSocket probe =
                new java.net.DatagramSocket(new java.net.InetSocketAddress(ip, 0))) {
            return probe.isBound();
        } catch (SocketException notHere) {
            return false;
        }
    }

    private static Optional<InetAddress> four() {
        return defaultDevice(text(ROUTES)).flatMap(device -> global(device, false));
    }

    private static Optional<InetAddress> six() {
        return defaultDevice6(text(ROUTES_6)).flatMap(device -> global(device, true));
    }

    /** The device of the first default route in {@code /proc/net/route}. */
    static Optional<String> defaultDevice(String routes) {
        return routes.lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+", -1))
                .filter(f -> f.length > 7 && f[1].equals("00000000") && f[7].equals("00000000"))
                .filter(f -> (Integer.parseInt(f[3], 16) & UP_AND_GATEWAY) == UP_AND_GATEWAY)
                .map(f -> f[0])
                .findFirst();
    }

    /** The device of the first default route in {@code /proc/net/ipv6_route}. */
    static Optional<String> defaultDevice6(String routes) {
        return routes.lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(f -> f.length > 9 && f[0].equals(ZERO_6) && f[1].equals("00"))
                .filter(f -> !f[4].equals(ZERO_6) && !f[9].equals("lo"))
                .map(f -> f[9])
                .findFirst();
    }

    private static Optional<InetAddress> global(String device, boolean six) {
        try {
            NetworkInterface i = NetworkInterface.getByName(device);
            if (i == null) {
                return Optional.empty();
            }
            return Collections.list(i.getInetAddresses()).stream()
                    .filter(a -> a instanceof Inet4Address != six)
                    .filter(a -> !a.isLinkLocalAddress() && !a.isLoopbackAddress())
                    .map(SystemNetwork::withoutScope)
                    .findFirst();
        } catch (SocketException unreadable) {
            log.warn("Addresses of {} cannot be read: {}", device, unreadable.getMessage());
            return Optional.empty();
        }
    }

    private static InetAddress withoutScope(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException wrongLength) {
            return address;
        }
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST_FILE), StandardCharsets.US_ASCII);
        } catch (IOException absent) {
            log.debug("{} is not read: {}", file, absent.toString());
            return "";
        }
    }
}
