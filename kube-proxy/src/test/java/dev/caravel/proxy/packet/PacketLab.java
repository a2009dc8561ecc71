package dev.caravel.proxy.packet;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.testing.Netns;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small network with real packets, in one address family:
 *
 * <pre>
 *   client ── 192.0.2.2 ─┐                    ┌─ 10.244.0.1  pod "one"
 *                        ├─ node 192.0.2.1 ───┤
 *   peer ──── 192.0.2.3 ─┘                    └─ 10.244.0.2  pod "two"
 *     └─ 10.244.1.1  pod "far", behind the peer (fd45::1 in IPv6)
 * </pre>
 *
 * In IPv6 the addresses are 2001:db8::N and fd44::N. Every pod answers on TCP and UDP 8080 with its
 * name and the address it sees.
 */
final class PacketLab implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PacketLab.class);
    static final int PORT = 8080;

    /**
     * An ICMP error that comes back while the socket is still in the call that sent the packet is
     * only remembered; the kernel tries again after a second and then believes it.
     */
    private static final int CONNECT_MILLIS = 1600;

    private static final int ANSWER_MILLIS = 700;

    private final IpFamily family;
    private final List<Netns> spaces = new ArrayList<>();
    private final List<Closeable> servers = new ArrayList<>();
    final Netns node;
    final Netns client;
    final Netns peer;
    final Netns one;
    final Netns two;

    private PacketLab(IpFamily family) throws Exception {
        this.family = family;
        node = space("node");
        client = space("client");
        peer = space("peer");
        one = space("one");
        two = space("two");
        switchBetween();
        pod(one, 1);
        pod(two, 2);
        peer.sh(ip() + "addr add " + podIp(101) + (v4() ? "/32" : "/128") + " dev lo");
        node.sh(ip() + "route add " + (v4() ? "10.244.1.0/24" : "fd45::/64") + " via " + at(3));
        for (Netns outside : List.of(client, peer)) {
            outside.sh(ip() + "route add default via " + at(1));
        }
        node.sh(ip() + "route add default via " + at(2));
        serve(one, "one", 1);
        serve(two, "two", 2);
        serve(peer, "far", 101);
    }

    static PacketLab open(IpFamily family) throws Exception {
        return new PacketLab(family);
    }

    private boolean v4() {
        return family == IpFamily.IPV4;
    }

    private String ip() {
        return v4() ? "ip " : "ip -6 ";
    }

    private Netns space(String name) throws Exception {
        Netns netns = Netns.create(name);
        spaces.add(netns);
        // The kernel limits how often it says "unreachable"; a test wants to hear it every time.
        netns.sh("sysctl -qw net.ipv4.icmp_ratemask=0");
        netns.sh("sysctl -qw net.ipv6.icmp.ratemask=2-127");
        netns.sh("sysctl -qw net.ipv6.icmp.ratelimit=0");
        netns.sh("sysctl -qw net.ipv6.conf.all.accept_dad=0");
        netns.sh("sysctl -qw net.ipv6.conf.default.accept_dad=0");
        return netns;
    }

    /** Address N of the network outside. */
    String at(int number) {
        return (v4() ? "192.0.2." : "2001:db8::") + number;
    }

    /** Address of a pod: 1, 2 on the node, 101 behind the peer. */
    String podIp(int number) {
        boolean far = number > 100;
        return (v4() ? (far ? "10.244.1." : "10.244.0.") : (far ? "fd45::" : "fd44::"))
                + number % 100;
    }

    private void switchBetween() throws Exception {
        node.sh("ip link add sw type bridge");
        node.sh("ip link set sw up");
        node.sh("sysctl -qw net.ipv4.ip_forward=1");
        node.sh("sysctl -qw net.ipv6.conf.all.forwarding=1");
        node.sh(ip() + "addr add " + at(1) + (v4() ? "/24" : "/64") + " dev sw");
        int number = 2;
        for (Netns outside : List.of(client, peer)) {
            String port = "out" + number;
            node.sh("ip link add " + port + " type veth peer name eth0 netns " + outside.name());
            node.sh("ip link set " + port + " master sw up");
            outside.sh("ip link set eth0 up");
            outside.sh(ip() + "addr add " + at(number) + (v4() ? "/24" : "/64") + " dev eth0");
            outside.sh("sysctl -qw net.ipv4.ip_forward=1");
            outside.sh("sysctl -qw net.ipv6.conf.all.forwarding=1");
            number++;
        }
    }

    private void pod(Netns pod, int number) throws Exception {
        String link = "pod" + number;
        String bits = v4() ? "/32" : "/128";
        String gateway = v4() ? "169.254.1.1" : "fe80::1";
        node.sh("ip link add " + link + " type veth peer name eth0 netns " + pod.name());
        node.sh("ip link set " + link + " up");
        pod.sh("ip link set eth0 up");
        pod.sh(ip() + "addr add " + podIp(number) + bits + " dev eth0");
        node.sh(ip() + "addr add " + gateway + (v4() ? "/32" : "/64") + " dev " + link);
        pod.sh(ip() + "route add " + gateway + " dev eth0");
        pod.sh(ip() + "route add default via " + gateway + " dev eth0");
        node.sh(ip() + "route add " + podIp(number) + bits + " dev " + link);
    }

    private void serve(Netns where, String name, int number) throws Exception {
        InetSocketAddress address = new InetSocketAddress(podIp(number), PORT);
        ServerSocket tcp =
                where.call(() -> {
                    ServerSocket server = new ServerSocket();
                    server.bind(address);
                    return server;
                });
        servers.add(tcp);
        Thread.ofPlatform().daemon().name("tcp/" + name).start(() -> answerTcp(tcp, name));
        DatagramSocket udp = where.call(() -> new DatagramSocket(address));
        servers.add(udp);
        Thread.ofPlatform().daemon().name("udp/" + name).start(() -> answerUdp(udp, name));
    }

    private static void answerTcp(ServerSocket server, String name) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(answer(name, socket.getInetAddress()));
            } catch (IOException e) {
                gone(name, e);
            }
        }
    }

    private static void answerUdp(DatagramSocket server, String name) {
        byte[] buffer = new byte[64];
        while (!server.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                server.receive(packet);
                byte[] answer = answer(name, packet.getAddress());
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                gone(name, e);
            }
        }
    }

    /** A client that hangs up, or the end of the lab. */
    private static void gone(String name, IOException why) {
        log.debug("pod {}: {}", name, why.toString());
    }

    private static byte[] answer(String name, InetAddress seen) {
        IpAddress address = IpAddress.of(seen.getAddress());
        return (name + " sees " + address).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Connects from a namespace by TCP: the answer, {@code refused} when somebody said no, or
     * {@code silence}.
     */
    String tcp(Netns from, String address, int port) throws Exception {
        return from.call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                socket.setSoTimeout(ANSWER_MILLIS);
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (ConnectException | NoRouteToHostException e) {
                return "refused";
            } catch (SocketTimeoutException e) {
                return "silence";
            }
        });
    }

    /** The same by UDP. */
    String udp(Netns from, String address, int port) throws Exception {
        return from.call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                return ask(socket, address, port);
            }
        });
    }

    /** Asks by a UDP socket that stays open, so that it stays one flow. */
    static String ask(DatagramSocket socket, String address, int port) throws IOException {
        byte[] buffer = new byte[128];
        socket.setSoTimeout(ANSWER_MILLIS);
        try {
            socket.connect(new InetSocketAddress(address, port));
            socket.send(new DatagramPacket(new byte[] {1}, 1));
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            return new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
        } catch (PortUnreachableException | NoRouteToHostException e) {
            return "refused";
        } catch (SocketTimeoutException e) {
            return "silence";
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable server : servers) {
            server.close();
        }
        for (Netns netns : spaces) {
            netns.close();
        }
    }
}
